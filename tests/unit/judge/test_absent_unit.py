"""What is said of a real unit that the cloud does not have: the last that was seen of it."""

import pytest

import bench.events as e
from bench.journal import Journal
from bench.judge.absent_unit import last_seen

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
