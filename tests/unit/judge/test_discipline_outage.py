"""What a telematics unit was told in an outage, and what it did then."""

import pytest

from bench import events as e
from bench.journal import Journal
from bench.judge.discipline.outage import Outage, Sent, Told, outage_of
from bench.judge.discipline.window import Window
from bench.judge.verdict import Case
from bench.recording import Header, Recording

S = 1_000_000_000
FROM_S, UNTIL_S = 100, 1000
LIMITS = {
    "telematics_discipline.absurd_retry_after": {"value": 7200.0},
    "telematics_discipline.retry_after_most": {"value": 1.2},
    "battery": {"value": 20.0, "quiescent_ma": 10.0},
}


def recording(*events: tuple[float, e.Event]) -> Recording:
    now = [0.0]
    journal = Journal(lambda: round(now[0] * S))
    for now[0], event in sorted(events, key=lambda each: each[0]):
        journal.write(event)
    return Recording(Header({}, LIMITS, (), {}, {}, 1, "simulated"), journal.entries)


def outage(*events: tuple[float, e.Event], calm: Recording | None = None) -> Outage:
    usual = None if calm is None else Window(calm, FROM_S * S, UNTIL_S * S)
    return Outage(Window(recording(*events), FROM_S * S, UNTIL_S * S), usual, 6000.0, 20.0, 10.0)


def refused(*at_s: float) -> list[tuple[float, e.Event]]:
    met = e.FaultMet("refuse", "tcu/push", "connect (refuse)")
    return [(each, met) for each in at_s]


# ── Retry-After ───────────────────────────────────────────────────────────────────────────


def told(at_s, asked_s, party="tcu", path="/push/vehicle/X", text="30"):
    return at_s, e.ToldToWait(party, path, text, asked_s)


def test_a_retry_after_has_the_wait_until_the_next_try_and_what_was_left_of_the_outage():
    seen = outage(*refused(150, 200, 290), told(200.1, 60.0), told(290.1, 5.0))
    assert seen.told == [Told(60.0, pytest.approx(89.9), pytest.approx(799.9)),
                         Told(5.0, None, pytest.approx(709.9))]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (told(200, None, text="45"), [45.0]),
        (told(200, None, text="nonsense"), []),
        (told(200, 12.5, text="Fri, 21 Mar 2025 10:00:12 GMT"), [12.5]),
        (told(200, 30.0, party="witness_tcu"), []),
        (told(200, 30.0, path="/api/1/vehicles"), []),
        (told(99, 30.0), []),
        (told(1001, 30.0), []),
        (told(100, 30.0), [30.0]),
    ],
    ids=["seconds as text", "nonsense", "a date", "another's", "not of the push service", "before",
         "after", "at its first moment"],
)  # fmt: skip
def test_what_counts_as_a_retry_after_of_the_units(said, found):
    assert [each.asked_s for each in outage(said).told] == found


def test_waits_that_were_asked_for_are_not_the_units_own():
    seen = outage(*refused(150, 200, 290, 300), told(200.05, 60.0), told(290, 5.0, path="/other"),
                  told(150.0, 9.0, party="phone"))  # fmt: skip
    assert [(w.from_ns, w.wait_s) for w in seen.own_waits] == [(150 * S, 50.0)]


def test_the_law_is_that_of_its_own_waits():
    at_s = [110 + 20 * n for n in range(14)]
    asked = [told(each, 20.0) for each in at_s[8:]]
    assert outage(*refused(*at_s)).law.waits == 13
    assert outage(*refused(*at_s), *asked).law is None


# ── server references ─────────────────────────────────────────────────────────────────────


def connect(at_s, code=0, sent_to="", host="", party="tcu"):
    return at_s, e.BrokerConnect(
        party, "5.0", code, session_present=False, sent_to=sent_to, host=host
    )


def test_a_unit_that_was_sent_away_is_there_when_that_server_has_let_it_in():
    seen = outage(
        connect(120, 0x9C, "b.example:8883 c.example", "push"), connect(130, 0x9C, "b.example"),
        connect(150, 0x88, host="b.example"), connect(170, 0, host="C.example"),
        connect(300, 0x9D, "d.example"), connect(310, 0, host="c.example"),
    )  # fmt: skip
    assert seen.sent == [Sent("b.example:8883 c.example", 50.0, False, 880.0),
                         Sent("d.example", None, False, 700.0)]  # fmt: skip


def test_a_unit_that_does_not_say_whom_it_calls_may_have_gone_there():
    seen = outage(connect(120, 0x9C, "b.example"), connect(170, 0))
    assert seen.sent == [Sent("b.example", None, True, 880.0)]


def test_others_and_other_times_are_not_asked_where_they_went():
    assert outage(connect(90, 0x9C, "b.example"), connect(1001, 0x9C, "b.example"),
                  connect(200, 0x9C, "b.example", party="witness_tcu")).sent == []  # fmt: skip


# ── tries and load ────────────────────────────────────────────────────────────────────────


def test_the_busiest_hour_has_the_most_tries_of_any_sixty_minutes():
    at_s = [0, 10, 20, 3000, 3599, 3600, 3605, 3610, 9000]
    seen = Outage(Window(recording(*refused(*at_s)), 0, 10_000 * S), None, 1.0, 20.0, 10.0)
    assert seen.busiest_hour == 6
    assert outage().busiest_hour == 0


def test_the_added_load_is_that_of_the_busiest_minute_beyond_the_same_minute_without_the_outage():
    def counted(*busy_s, bus="body"):
        return [(120 + 60 * n, e.BusCounted(bus, 1, round(each * S)))
                for n, each in enumerate(busy_s)]  # fmt: skip

    calm = recording(*counted(0, 6, 9), *counted(0, 30, 60, bus="other"))
    seen = outage(*counted(0, 12, 24), *counted(0, 30, 60, bus="other"), calm=calm)
    assert seen.added_load() == {"body": pytest.approx(15.0), "other": 0.0}
    assert outage(*counted(0, 12, 24)).added_load() == {"body": pytest.approx(20.0)}


# ── what it is measured against ───────────────────────────────────────────────────────────


def test_an_outage_has_its_baselines_same_stretch_and_the_limits_of_its_header():
    journal = Journal(lambda: now[0] * S)
    now = [10]
    armed = journal.write(e.FaultArmed("a", "http", "a"))
    now[0] = 50
    journal.write(e.FaultCleared("a", 1), armed)
    seen = Recording(recording().header, journal.entries)
    baseline = recording()
    found = outage_of(Case(seen, baseline))
    assert found.calm == Window(baseline, 10 * S, 50 * S)
    assert found.absurd_s == 6000.0
    assert (found.usable_ah, found.quiescent_ma) == (20.0, 10.0)
    assert outage_of(Case(seen, None)).calm is None
    assert outage_of(Case(recording(), baseline)) is None
