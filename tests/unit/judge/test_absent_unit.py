"""What is said of a real unit that the cloud does not have: the last that was seen of it."""

import pytest
from recordings_by_hand import Hand, verdict_of

import bench.events as e
from bench.journal import Journal
from bench.judge.absent_unit import last_seen
from bench.presentation.words import say

STRANGER = e.BrokerConnect("witness_tcu", "5.0", 134, session_present=False)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (None, "it made no connection, and asked for no name that is not there"),
        (e.NameFailed("tcu", "mqtt.elsewhere.example", "nxdomain"), "mqtt.elsewhere.example"),
        (e.ConnectionOpened("tcu/push", 3), "connection 3 opened"),
        (e.HandshakeFailed("push.maker.example", "the client refuses: unknown ca"), "unknown ca"),
        (e.RequestServed("tcu", "GET", "/push/vehicle/V", 401), "401"),
        (
            e.BrokerConnect("tcu", "5.0", 134, session_present=False),
            "refused with 134 (bad user name or password)",
        ),
        (
            e.BrokerConnect("tcu", "3.1.1", 5, session_present=False),
            "refused with 5 (not authorised)",
        ),
        (
            e.BrokerConnect("tcu", "5.0", 0, session_present=False),
            "let in, and has not subscribed to its commands",
        ),
        (e.BrokerDisconnect("tcu", "a second CONNECT"), "a second CONNECT"),
    ],
)
def test_the_last_that_was_seen_of_it_says_where_to_look(event, said):
    journal = Journal(lambda: 0)
    if event is not None:
        journal.write(e.ConnectionOpened("tcu/api", 1))
        journal.write(event)
    journal.write(e.ConnectionOpened("tcu_of_somebody_else/push", 1))
    journal.write(STRANGER)
    assert said in last_seen(journal.entries)


@pytest.mark.parametrize("let_in", [True, False])
def test_the_end_of_its_connection_is_said_only_where_that_is_news(let_in):
    journal = Journal(lambda: 0)
    failed = e.HandshakeFailed("push.maker.example", "the client shows no certificate")
    journal.write(e.BrokerConnect("tcu", "5.0", 0, session_present=False) if let_in else failed)
    journal.write(e.ConnectionClosed("tcu/push", 7, "reset", 1, 1))
    said = "connection 7 reset" if let_in else "shows no certificate"
    assert last_seen(journal.entries) == f"the last of it: {say(journal.entries[let_in].event)}"
    assert said in last_seen(journal.entries)


# ── after an outage ───────────────────────────────────────────────────────────────────────


def away(back_s=None, *, before="connected", again_s=800.0, served=True, moved=True):
    """Return the verdicts on a unit that an outage took at 20 s, over at 100 s.

    Args:
        back_s: when it was back (None: never).
        before: how it was when the outage began.
        again_s: when the owner tried again, in vain.
        served: whether the witness's unit was back after the outage.
        moved: whether the car moved in the baseline.
    """
    cloud = {"path": "cloud_app", "needs_cloud": True}
    hand = Hand(**cloud, outage="x").checked()
    for at_s, unit_s in ((1, "not_connected"), (2, before)):
        hand.at(at_s, e.TelematicsState("tcu", unit_s))
    hand.at(20, e.FaultArmed("x", "push", "x"))
    hand.at(21, e.FaultMet("x", "witness", "CONNECT"))
    hand.at(22, e.TelematicsState("tcu", "not_connected"))
    hand.attempt(30, path="cloud_app")
    hand.at(70, e.AttemptSettled("act-1", "gave up"))
    hand.at(100, e.FaultCleared("x", 1))
    hand.at(101, e.TelematicsState("witness_tcu", "connected" if served else "backing_off"))
    if back_s is not None:
        hand.at(back_s, e.TelematicsState("tcu", "connected"))
    hand.attempt(again_s, "control-1", "cloud_app")
    hand.at(again_s + 40, e.AttemptSettled("control-1", "gave up"))
    outage = hand.end()
    sound = Hand(**cloud).checked()
    sound.at(1, e.TelematicsState("tcu", "connected"))
    seq = sound.attempt(30, path="cloud_app")
    if moved:
        sound.pulse(31, seq)
    return [verdict_of(name, outage, sound.end()) for name in ("opens_in_time", "evidence")]


def test_a_unit_that_never_comes_back_fails_though_nothing_moved_any_more():
    opens, evidence = away()
    assert opens.verdict == "fail"
    assert "was not back 11.7 min after the outage, though another was" in opens.reason
    assert evidence.verdict == "pass"  # the lines are not in doubt: it was the unit that was away


@pytest.mark.parametrize(
    "how",
    [
        {"again_s": 650.0},  # its back-off may not be over
        {"back_s": 700.0},  # it was there, and nothing moved: the line may be dead
        {"before": "not_connected"},  # the outage did not take it
        {"served": False},  # nor was the cloud back
        {"moved": False},
    ],
    ids=str,
)
def test_where_something_else_may_be_the_reason_it_is_in_doubt(how):
    opens, evidence = away(**how)
    assert (opens.verdict == "fail") is (how == {"moved": False})
    assert evidence.verdict == "inconclusive"
    assert "no positive control" in evidence.reason
    assert ("without the outage, and neither" in evidence.reason) is (how != {"moved": False})
