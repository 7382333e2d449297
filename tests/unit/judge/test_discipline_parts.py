"""What discipline is measured from: tries as a bench sees them, and the test for even draws."""

from random import Random

import pytest

from bench import events as e
from bench.journal import Journal
from bench.judge.discipline.back_off import (
    BackOff,
    decorrelated_draws,
    even_draws,
    fit,
    growth,
)
from bench.judge.discipline.kolmogorov import distance, probability
from bench.judge.discipline.tries import UNKNOWN, Wait, tries_of, waits_in
from bench.recording import Header, Recording

S = 1_000_000_000


def seen(*events: tuple[float, e.Event]) -> Recording:
    now = [0.0]
    journal = Journal(lambda: round(now[0] * S))
    for t_s, event in events:
        now[0] = t_s
        journal.write(event)
    return Recording(Header({}, {}, (), {}, {}, 1, "simulated"), journal.entries)


def served(status: int, party: str = "tcu") -> e.RequestServed:
    return e.RequestServed(party, "GET", "/push/vehicle/X", status)


def test_a_connection_that_is_kept_over_refusals_is_one_try_for_each_answer():
    opened = e.ConnectionOpened("tcu/push", 1)
    recording = seen((1, opened), (1.1, served(503)), (3, served(503)), (8, served(503)),
                     (8, served(503, "witness_tcu")))  # fmt: skip
    assert [(t.level, t.failed) for t in tries_of(recording, "tcu")] == [
        (0, True), (1, True), (2, True),
    ]  # fmt: skip
    assert [w.wait_s for w in waits_in(recording, "tcu")] == pytest.approx([1.9, 5.0])


def test_two_questions_for_one_name_are_one_try():
    failed = e.NameFailed("tcu", "push.maker.example", "nxdomain")
    recording = seen((1, failed), (1.01, failed), (4, failed))
    assert len(tries_of(recording, "tcu")) == 2


def test_a_connection_that_ends_before_any_answer_has_failed_when_it_ended():
    recording = seen(
        (1, e.ConnectionOpened("tcu/push", 1)),
        (11, e.ConnectionClosed("tcu/push", 1, "closed", 300, 0)),
        (15, e.ConnectionOpened("tcu/push", 2)),
    )
    assert list(waits_in(recording, "tcu")) == [Wait(0, 4.0, 11 * S)]


@pytest.mark.parametrize(("lived_s", "levels"), [(100, [0, 1]), (20, [UNKNOWN, UNKNOWN])])
def test_a_channel_ends_a_row_of_failures_only_if_it_lived(lived_s, levels):
    met = e.FaultMet("refuse", "tcu/push", "connect (refuse)")
    recording = seen(
        (1, met),
        (2, e.ConnectionOpened("tcu/push", 1)),
        (2.1, e.ChannelOpened("tcu")),
        (2 + lived_s, e.ConnectionClosed("tcu/push", 1, "reset", 900, 900)),
        (2 + lived_s, served(101)),
        (200, met),
        (203, met),
    )
    tries = tries_of(recording, "tcu")
    assert [t.failed for t in tries] == [True, False, True, True]
    assert [t.level for t in tries[2:]] == levels


def test_a_short_channel_before_any_failure_ends_no_row_of_them():
    refused = e.FaultMet("refuse", "tcu/push", "connect (refuse)")
    recording = seen((1, e.ConnectionOpened("tcu/push", 1)), (1.1, e.ChannelOpened("tcu")),
                     (5, e.ConnectionClosed("tcu/push", 1, "reset", 900, 900)),
                     (8, refused), (11, refused))  # fmt: skip
    assert [t.level for t in tries_of(recording, "tcu")] == [0, 0, 1]


def test_a_connection_that_is_opened_while_another_hangs_is_another_try():
    recording = seen(*((at_s, e.ConnectionOpened("tcu/push", at_s)) for at_s in (1, 31, 61)))
    assert len(tries_of(recording, "tcu")) == 3


def test_a_wait_after_a_refusal_begins_with_it_and_not_when_its_connection_ends():
    recording = seen((1, e.ConnectionOpened("tcu/push", 1)), (1.1, served(503)),
                     (3, e.ConnectionClosed("tcu/push", 1, "closed", 300, 300)),
                     (8, e.ConnectionOpened("tcu/push", 2)))  # fmt: skip
    assert [w.wait_s for w in waits_in(recording, "tcu")] == pytest.approx([6.9])


def test_a_broker_that_refuses_ends_a_try():
    connect = e.BrokerConnect("tcu", "5.0", 0x88, session_present=False)
    recording = seen((1, e.ConnectionOpened("tcu/push", 1)), (1.2, connect),
                     (6, e.ConnectionOpened("tcu/push", 2)))  # fmt: skip
    assert [w.wait_s for w in waits_in(recording, "tcu")] == pytest.approx([4.8])


@pytest.mark.parametrize(
    "event",
    [
        e.NameFailed("witness_tcu", "push.maker.example", "nxdomain"),
        e.FaultMet("refuse", "phone/api", "connect (refuse)"),
        e.FaultMet("stall", "tcu/push", "chunk dropped"),
        e.FaultMet("limit_data", "tcu/push", "connection closed down"),
        e.FaultMet("network_switch", "tcu/push", "connection lost with the network"),
        e.ConnectionOpened("tcu/api", 9),
        e.RequestServed("tcu", "GET", "/api/1/vehicles/X", 503),
        served(503, "witness_tcu"),
        e.ChannelOpened("witness_tcu"),
        e.BrokerConnect("witness_tcu", "5.0", 0x88, session_present=False),
    ],
    ids=lambda event: f"{event.party} {getattr(event, 'operation', event.kind)}",
)
def test_what_others_do_and_what_is_no_call_of_the_push_service_is_no_try(event):
    assert tries_of(seen((1, event)), "tcu") == []


@pytest.mark.parametrize(("status", "failed"), [(200, False), (299, False), (300, True)])
def test_an_answer_that_sends_the_unit_elsewhere_is_a_failure(status, failed):
    recording = seen((1, e.ConnectionOpened("tcu/push", 1)), (1.1, served(status)))
    assert [t.failed for t in tries_of(recording, "tcu")] == [failed]


@pytest.mark.parametrize(("lived_s", "failed"), [(45, True), (46, False)])
def test_a_connection_that_lived_for_long_without_an_answer_had_been_of_use(lived_s, failed):
    closed = e.ConnectionClosed("tcu/push", 1, "closed", 300, 0)
    recording = seen((1, e.ConnectionOpened("tcu/push", 1)), (1 + lived_s, closed))
    [only] = tries_of(recording, "tcu")
    assert (only.failed, only.ended_ns) == (failed, (1 + lived_s) * S)


@pytest.mark.parametrize(
    "closed",
    [e.ConnectionClosed("tcu/push", 2, "closed", 0, 0),
     e.ConnectionClosed("witness_tcu/push", 1, "closed", 0, 0)],
    ids=["another of its own", "another's"],
)  # fmt: skip
def test_the_end_of_another_connection_ends_no_try(closed):
    recording = seen((1, e.ConnectionOpened("tcu/push", 1)), (3, closed))
    [only] = tries_of(recording, "tcu")
    assert (only.failed, only.ended_ns) == (False, 1 * S)


@pytest.mark.parametrize(("after_s", "failed"), [(0.05, [False]), (0.06, [True, False])])
@pytest.mark.parametrize(
    "beside",
    [e.NameFailed("tcu", "push.maker.example", "nxdomain"),
     e.FaultMet("refuse", "tcu/push", "connect (refuse)")],
    ids=["one name of two", "one address of two"],
)  # fmt: skip
def test_a_connection_soon_after_what_failed_belongs_to_the_same_try(beside, after_s, failed):
    opened = e.ConnectionOpened("tcu/push", 1)
    recording = seen((1, beside), (1 + after_s, opened), (1.3, e.ChannelOpened("tcu")))
    assert [t.failed for t in tries_of(recording, "tcu")] == failed


def test_a_connection_that_a_fault_cuts_is_one_failed_try():
    recording = seen(
        *((at_s + later_s, event)
          for number, at_s in enumerate((1, 3, 7, 15))
          for later_s, event in (
              (0, e.ConnectionOpened("tcu/push", number)),
              (0.2, e.FaultMet("limit_data", "tcu/push", "connection closed down")),
              (0.2, e.ConnectionClosed("tcu/push", number, "closed", 900, 100))))
    )  # fmt: skip
    assert [(t.level, t.failed) for t in tries_of(recording, "tcu")] == [
        (0, True), (1, True), (2, True), (3, True),
    ]  # fmt: skip


def test_a_lost_channel_is_followed_by_no_wait():
    recording = seen(
        (1, e.ConnectionOpened("tcu/push", 1)), (1.1, e.ChannelOpened("tcu")),
        (90, e.ConnectionClosed("tcu/push", 1, "reset", 900, 900)),
        (95, e.ConnectionOpened("tcu/push", 2)), (95.1, served(503)),
        (99, e.ConnectionOpened("tcu/push", 3)),
    )  # fmt: skip
    assert [w.wait_s for w in waits_in(recording, "tcu")] == pytest.approx([3.9])


@pytest.mark.parametrize(("lived_s", "levels"), [(60, [0, 1, UNKNOWN]), (61, [0, 1, 0])])
def test_a_row_of_failures_ends_with_a_channel_that_was_stable(lived_s, levels):
    recording = seen(
        (1, e.ConnectionOpened("tcu/push", 1)), (1.1, served(503)),
        (5, e.ConnectionOpened("tcu/push", 2)), (5.1, e.ChannelOpened("tcu")),
        (5 + lived_s, e.ConnectionClosed("tcu/push", 2, "reset", 900, 900)),
        (80, e.ConnectionOpened("tcu/push", 3)),
    )  # fmt: skip
    assert [t.level for t in tries_of(recording, "tcu")] == levels


# Massey's table of 1951: the distance that n uniform values exceed with probability 0.01
@pytest.mark.parametrize(("n", "critical"), [(20, 0.352), (30, 0.290), (100, 0.1608)])
def test_the_probability_of_a_distance_is_that_of_the_table(n, critical):
    shifted = [min(1.0, (place + 1) / n - critical) for place in range(n)]
    assert distance([max(0.0, v) for v in shifted]) == pytest.approx(critical, abs=1e-9)
    assert probability([max(0.0, v) for v in shifted]) == pytest.approx(0.01, abs=0.002)


# N. V. Smirnov's table of the limiting distribution (Ann. Math. Stat. 19 (1948) 279)
@pytest.mark.parametrize(
    ("scaled", "below"),
    [(0.3, 0.000009), (0.5, 0.036055), (0.8, 0.455857), (1.0, 0.730000), (1.2, 0.887750),
     (1.5, 0.977782), (2.0, 0.999329)],
)  # fmt: skip
def test_the_probability_in_a_large_sample_is_that_of_the_limit(scaled, below):
    n = 10_000
    apart = scaled / (100 + 0.12 + 0.0011)
    sample = [max(0.0, (place + 1) / n - apart) for place in range(n)]
    assert distance(sample) == pytest.approx(apart)
    assert probability(sample) == pytest.approx(1 - below, abs=2e-6)


def waits(factor: float, share: float, cap_s: float = 120.0) -> list[Wait]:
    rng = Random(4)
    tops = [(level, min(cap_s, 2 * factor**level)) for _ in range(5) for level in range(16)]
    return [Wait(level, top * (1 - share * rng.random())) for level, top in tops]


@pytest.mark.parametrize(
    ("factor", "share", "cap_s"), [(1.0, 0.5, 2.0), (1.3, 1.0, 30.0), (2.0, 0.5, 120.0),
                                   (2.0, 0.0, 120.0), (3.0, 0.25, 600.0)],
)  # fmt: skip
def test_a_fit_finds_the_law_under_which_waits_were_made(factor, share, cap_s):
    law = fit(waits(factor, share, cap_s))
    assert law.waits == 80
    assert law.base_s == pytest.approx(2.0, rel=0.05)
    assert law.factor == pytest.approx(factor, abs=0.101)  # the grid's step
    assert law.cap_s == pytest.approx(cap_s, rel=0.08)
    assert law.jitter == (pytest.approx(share, abs=0.06) if share else 0.0)
    assert law.cap_seen


def test_a_wait_that_still_grows_has_shown_no_cap():
    law = fit(waits(1.3, 0.0, cap_s=1e9))
    assert not law.cap_seen
    assert law.cap_s == pytest.approx(2 * 1.3**15)


def test_a_fit_wants_twelve_waits_that_are_waits_at_levels_that_are_known():
    good = [Wait(level, 2.0) for level in range(12)]
    useless = [Wait(UNKNOWN, 2.0)] * 9 + [Wait(3, 0.0)] * 9
    assert fit(good + useless).waits == 12
    assert fit(good[1:] + useless) is None


def test_a_law_says_the_longest_wait_of_each_level_and_what_was_drawn():
    law = BackOff(2.0, 3.0, 40.0, 0.5, 80, cap_seen=True)
    assert [law.longest_s(level) for level in (0, 1, 2, 3, 2000)] == [2.0, 6.0, 18.0, 40.0, 40.0]
    drawn = [law.draw(Wait(1, wait_s)) for wait_s in (1.0, 3.0, 4.5, 6.0, 9.0)]
    assert drawn == pytest.approx([0.0, 0.0, 0.5, 1.0, 1.0])


@pytest.mark.parametrize("factor", [1.0, 1.3, 2.0, 3.0])
def test_the_interval_of_the_growth_holds_the_truth(factor):
    low, high = growth(waits(factor, 1.0, cap_s=120.0 if factor > 1 else 2.0))
    assert low - 0.1 <= factor <= high + 0.1
    assert high - low <= 0.2


def test_few_waits_leave_more_ratios_possible_than_many():
    made = waits(2.0, 1.0)
    low, high = growth(made[:16])
    assert low < 1.8
    assert high > 2.2
    assert growth(made) == pytest.approx((2.0, 2.0))


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_uniform_draws_pass_and_draws_from_two_values_do_not(share):
    made = waits(2.0, share)
    law = fit(made)
    assert law is not None
    assert probability(even_draws(made, law)) > 0.01
    stepped = [Wait(w.level, law.longest_s(w.level) * (0.4 if n % 2 else 0.9))
               for n, w in enumerate(made)]  # fmt: skip
    law = fit(stepped)
    assert law is not None
    assert probability(even_draws(stepped, law)) < 1e-3


def test_decorrelated_jitter_is_even_in_its_own_way():
    rng, last_s, made = Random(7), 2.0, []
    for level in range(120):
        last_s = min(300.0, rng.uniform(2.0, 3 * last_s))
        made.append(Wait(level, last_s))
    assert probability(decorrelated_draws(made)) > 0.01
