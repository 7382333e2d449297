"""What is counted in the stretch of a recording in which a telematics unit is measured."""

import pytest

from bench import events as e
from bench.journal import Journal
from bench.judge.discipline.window import RESTARTS, Window, outage_window
from bench.recording import Header, Recording

S = 1_000_000_000
FROM_S, UNTIL_S = 100, 220


def recording(*events: tuple[float, e.Event], power_mode: str = "off") -> Recording:
    now = [0.0]
    journal = Journal(lambda: round(now[0] * S))
    for t_s, event in events:
        now[0] = t_s
        journal.write(event)
    state = {"power_mode": power_mode}
    return Recording(Header({}, {}, (), {}, state, 1, "simulated"), journal.entries)


def window(*events: tuple[float, e.Event]) -> Window:
    return Window(recording(*events), FROM_S * S, UNTIL_S * S)


def test_a_window_reaches_from_the_first_fault_to_the_last_one_cleared():
    now = [0]
    journal = Journal(lambda: now[0] * S)
    armed = {}
    for now[0], fault in ((10, "a"), (20, "b"), (30, "never cleared")):
        armed[fault] = journal.write(e.FaultArmed(fault, "http", fault))
    for now[0], fault in ((50, "a"), (3610, "b")):
        journal.write(e.FaultCleared(fault, 1), armed[fault])
    found = outage_window(Recording(recording().header, journal.entries))
    assert (found.from_ns, found.until_ns) == (10 * S, 3610 * S)
    assert found.hours == 1.0


@pytest.mark.parametrize("events", [(), ((10, e.FaultArmed("a", "http", "a")),)])
def test_there_is_no_window_without_a_fault_that_has_ended(events):
    assert outage_window(recording(*events)) is None


@pytest.mark.parametrize(("declared", "parked"), [("off", True), ("ready", False)])
def test_a_car_is_parked_that_was_declared_to_be_off(declared, parked):
    assert Window(recording(power_mode=declared), 0, S).parked == parked


def test_wake_ups_of_all_buses_count_together_and_only_those_in_the_window():
    woke = [(at_s, e.BusWoke(bus)) for at_s in (99, 100, 150, 220, 221) for bus in "ab"]
    assert window(*woke).wakes() == 6


# ── restarts ──────────────────────────────────────────────────────────────────────────────


def counter(*heard: tuple[float, int], role: str = RESTARTS) -> list[tuple[float, e.Event]]:
    return [(at_s, e.RoleChanged("telematics", role, "", (), (raw,))) for at_s, raw in heard]


@pytest.mark.parametrize(
    ("heard", "restarts"),
    [
        ([], None),
        ([(50, 7)], 0),
        ([(50, 7), (120, 8)], 1),
        ([(50, 7), (120, 10)], 3),
        ([(50, 255), (120, 0), (130, 1)], 2),
        ([(50, 6), (90, 7), (120, 8), (230, 9)], 1),
    ],
    ids=["never heard", "once", "one more", "asleep in between", "wraps", "outside"],
)
def test_restarts_are_read_from_the_units_own_counter(heard, restarts):
    assert window(*counter(*heard)).restarts() == restarts


def test_another_role_tells_nothing_of_restarts():
    assert window(*counter((110, 1), (120, 9), role="power_mode")).restarts() is None


# ── bytes and bus load ────────────────────────────────────────────────────────────────────


def links(*counted: tuple[float, int, int], party: str = "tcu") -> list[tuple[float, e.Event]]:
    return [(at_s, e.LinkCounted(party, up, down)) for at_s, up, down in counted]


def test_bytes_are_what_the_units_own_links_carried_both_ways_in_the_window():
    own = links((60, 10, 20), (120, 100, 200), (180, 150, 900), (240, 999, 9999))
    others = links((130, 5, 5), (190, 5000, 5000), party="phone")
    assert window(*sorted([*own, *others], key=lambda each: each[0])).bytes() == 750


@pytest.mark.parametrize("counted", [[], [(120, 1, 2)], [(60, 1, 2), (120, 3, 4)]])
def test_bytes_are_not_known_where_they_were_counted_less_than_twice(counted):
    assert window(*links(*counted)).bytes() is None


def test_each_minute_of_each_bus_has_its_share():
    counted = [
        (60, e.BusCounted("body", 1, 0)),
        (110, e.BusCounted("body", 1, 1 * S)), (115, e.BusCounted("telematics", 1, 0)),
        (170, e.BusCounted("body", 1, 4 * S)), (175, e.BusCounted("telematics", 1, 30 * S)),
        (200, e.BusCounted("body", 1, 10 * S)),
    ]  # fmt: skip
    assert window(*counted).minutes() == {"body": [5.0, 20.0], "telematics": [50.0]}


# ── current ───────────────────────────────────────────────────────────────────────────────


def supply(*read: tuple[float, float], name: str = "kl30", error_a: float = 0.01):
    return [(at_s, e.SupplyCurrent(name, amperes, error_a)) for at_s, amperes in read]


def test_the_mean_current_weighs_each_reading_by_how_long_it_held():
    seen = window(*supply((50, 0.1), (160, 0.4), (190, 0.2), (230, 9.0)))
    assert list(seen.currents()) == [
        (100 * S, pytest.approx(100)), (160 * S, pytest.approx(400)), (190 * S, pytest.approx(200)),
    ]  # fmt: skip
    assert seen.mean_ma() == pytest.approx((100 * 60 + 400 * 30 + 200 * 30) / 120)


def test_a_reading_from_before_the_window_holds_all_through_it():
    assert window(*supply((50, 0.1), (90, 0.3))).mean_ma() == pytest.approx(300)


def test_what_was_read_first_in_the_window_says_nothing_of_the_time_before():
    assert window(*supply((160, 0.1), (190, 0.3))).mean_ma() == pytest.approx(200)


def test_a_reading_at_the_windows_first_moment_counts_once():
    assert list(window(*supply((50, 0.1), (100, 0.3))).currents()) == [(100 * S, 300)]


def test_supplies_count_together():
    both = [*supply((50, 0.1)), *supply((60, 0.2), name="spare", error_a=0.002),
            *supply((160, 0.5))]  # fmt: skip
    assert window(*both).mean_ma() == pytest.approx((300 * 60 + 700 * 60) / 120)
    assert window(*both).error_ma() == pytest.approx(12)


def test_without_a_supply_that_is_read_back_no_current_is_known():
    assert window().mean_ma() is None
    assert window().error_ma() == 0


# ── waits ─────────────────────────────────────────────────────────────────────────────────


def test_only_waits_that_begin_and_end_in_the_window_are_measured():
    refused = [(at_s, e.FaultMet("refuse", "tcu/push", "connect (refuse)"))
               for at_s in (90, 98, 110, 140, 240)]  # fmt: skip
    seen = window(*refused)
    assert [t.began_ns for t in seen.tries] == [110 * S, 140 * S]
    assert [w.wait_s for w in seen.waits] == [30.0]
