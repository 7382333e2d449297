"""From interface time stamps to bench time, and what a clock that is set does to them."""

import pytest

from bench.can.interface.time_stamps import (
    DRIFT_PPM,
    FLOAT_STEP_NS,
    LEAST_LATENCY_S,
    ByCalendar,
    ByOwnClock,
    time_stamps,
)
from bench.clock.calendar_watch import CalendarWatch
from bench.clock.real import RealTime
from bench.units import NS_PER_S, to_ns

EPOCH_S = 1_790_000_000


class Clocks:
    """A bench clock and a calendar that can be set; reading one takes `reading_ns`."""

    def __init__(self, reading_ns: int = 50) -> None:
        self.bench_ns = 0
        self.lead_ns = EPOCH_S * NS_PER_S
        self.reading_ns = reading_ns

    def now_ns(self) -> int:
        self.bench_ns += self.reading_ns
        return self.bench_ns

    def calendar_ns(self) -> int:
        self.bench_ns += self.reading_ns
        return self.bench_ns + self.lead_ns

    def stamp_s(self) -> float:
        return (self.bench_ns + self.lead_ns) / NS_PER_S

    def wait(self, seconds: float) -> None:
        self.bench_ns += to_ns(seconds)


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


def test_a_stamp_of_the_calendar_clock_is_mapped_within_what_is_recorded(clocks):
    stamps = ByCalendar(clocks.now_ns, clocks.calendar_ns)
    for _ in range(100):
        clocks.wait(0.1)
        received_ns, stamp_s = clocks.bench_ns, clocks.stamp_s()
        clocks.wait(0.003)  # until the loop came to take it
        assert abs(stamps.bench_ns(stamp_s) - received_ns) <= stamps.described("b").uncertainty_ns
    described = stamps.described("body")
    assert (described.bus, described.clock, described.frames) == ("body", "calendar", 100)
    assert FLOAT_STEP_NS < described.uncertainty_ns < 1000


@pytest.mark.parametrize("step_s", [3600.0, -3600.0, 0.5, -0.5])
def test_a_clock_that_is_set_moves_no_frame(clocks, step_s):
    stamps = ByCalendar(clocks.now_ns, clocks.calendar_ns)
    clocks.wait(0.05)
    before_ns, before_s = clocks.bench_ns, clocks.stamp_s()
    clocks.wait(0.01)
    clocks.lead_ns += to_ns(step_s)
    clocks.wait(0.01)
    after_ns, after_s = clocks.bench_ns, clocks.stamp_s()
    clocks.wait(0.002)
    assert abs(stamps.bench_ns(before_s) - before_ns) < 1000
    assert abs(stamps.bench_ns(after_s) - after_ns) < 1000
    assert stamps.described("b").uncertainty_ns < 1000


def test_where_a_step_leaves_two_readings_the_doubt_is_recorded(clocks):
    stamps = ByCalendar(clocks.now_ns, clocks.calendar_ns)
    clocks.wait(0.5)
    clocks.lead_ns += to_ns(0.02)
    clocks.wait(0.1)
    stamp_s = clocks.stamp_s()
    clocks.wait(0.1)
    stamps.bench_ns(stamp_s)
    assert stamps.described("b").uncertainty_ns == pytest.approx(to_ns(0.02), rel=0.01)


def test_a_clock_that_is_slewed_is_followed(clocks):
    stamps = ByCalendar(clocks.now_ns, clocks.calendar_ns)
    for _ in range(50):
        clocks.wait(1.0)
        clocks.lead_ns += 400_000  # 400 ppm
        received_ns, stamp_s = clocks.bench_ns, clocks.stamp_s()
        clocks.wait(0.001)
        assert abs(stamps.bench_ns(stamp_s) - received_ns) < 1000
    assert stamps.described("b").uncertainty_ns < 1000


def test_no_frame_comes_later_than_it_was_taken(clocks):
    stamps = ByCalendar(clocks.now_ns, clocks.calendar_ns)
    assert stamps.bench_ns(clocks.stamp_s() + 0.2) <= clocks.bench_ns


def test_an_interface_with_its_own_clock_is_followed_through_drift_and_latency(clocks):
    stamps = ByOwnClock(clocks.now_ns)
    allowed_ns = to_ns(LEAST_LATENCY_S) + to_ns(4.0) * DRIFT_PPM // 1_000_000
    for number in range(500):
        clocks.wait(0.05)
        received_ns = clocks.bench_ns
        stamp_s = 12.5 + received_ns * (1 + 80e-6) / NS_PER_S  # it counts from its own zero
        clocks.wait(0.0005 + 0.002 * (number % 5))
        mapped_ns = stamps.bench_ns(stamp_s)
        if number >= 5:  # the quickest of five has been seen
            assert abs(mapped_ns - received_ns) <= allowed_ns
    described = stamps.described("b")
    assert (described.clock, described.frames, described.uncertainty_ns) == ("own", 500, allowed_ns)


@pytest.mark.parametrize("step_s", [-3600.0, -65.536, -0.2, 0.2, 65.536, 3600.0])
@pytest.mark.parametrize("quiet_s", [0.05, 1.5, 3.5])
def test_an_interface_whose_clock_is_set_or_overflows_puts_no_frame_before_it_came(
    clocks, step_s, quiet_s
):
    stamps = ByOwnClock(clocks.now_ns)
    for number in range(80):
        clocks.wait(quiet_s if number == 40 else 0.05)
        zero_s = 10_000 + (step_s if number >= 40 else 0)
        assert_mapped(stamps, clocks, zero_s, small=abs(step_s) < 0.25 < quiet_s)


def test_one_stamp_that_makes_no_sense_moves_no_other_frame(clocks):
    stamps = ByOwnClock(clocks.now_ns)
    for number in range(80):
        clocks.wait(0.05)
        if number == 40:
            stamps.bench_ns(1e6)
        else:
            assert_mapped(stamps, clocks, 10_000)


@pytest.mark.parametrize("ppm", [-90, 90])
def test_an_hour_of_silence_in_which_two_clocks_drifted_apart_moves_no_frame(clocks, ppm):
    stamps = ByOwnClock(clocks.now_ns)
    for number in range(80):
        clocks.wait(3600 if number == 40 else 0.05)
        assert_mapped(stamps, clocks, 10_000, ppm=ppm)


def assert_mapped(stamps, clocks, zero_s, ppm=0, small=False):
    """See that a frame which takes 2 ms is mapped within them and the drift of two windows.

    A small step in silence may be a frame that was held up; `small` allows for it.
    """
    came_ns = clocks.bench_ns
    stamp_s = zero_s + came_ns * (1 + ppm * 1e-6) / NS_PER_S
    clocks.wait(0.002)
    off_ns = stamps.bench_ns(stamp_s) - came_ns
    assert to_ns(-0.25 if small else -0.0005) <= off_ns <= to_ns(0.0025)


def test_an_interface_that_does_not_stamp_counts_by_arrival(clocks):
    stamps = ByOwnClock(clocks.now_ns)
    clocks.wait(1.0)
    assert stamps.bench_ns(0.0) == clocks.bench_ns
    assert stamps.described("b").clock == "arrival"


@pytest.mark.parametrize(
    ("interface", "kind"),
    [("socketcan", ByCalendar), ("virtual", ByCalendar), ("udp_multicast", ByCalendar),
     ("kvaser", ByOwnClock), ("pcan", ByOwnClock)],
)  # fmt: skip
def test_it_depends_on_the_interface_whose_clock_stamps(interface, kind, clocks):
    assert isinstance(time_stamps(interface, clocks.now_ns), kind)


# ── the calendar itself ───────────────────────────────────────────────────────────────────


def test_a_clock_that_is_set_is_noticed_once(clocks):
    watch = CalendarWatch(clocks.now_ns, clocks.calendar_ns)
    clocks.wait(0.05)
    assert watch.step_ns() == 0
    clocks.lead_ns -= to_ns(2.0)
    clocks.wait(0.05)
    assert watch.step_ns() == -to_ns(2.0)
    assert watch.step_ns() == 0


def test_a_clock_that_is_slewed_has_not_been_set(clocks):
    watch = CalendarWatch(clocks.now_ns, clocks.calendar_ns)
    for _ in range(100):
        clocks.wait(0.05)
        clocks.lead_ns += 4_000_000  # chrony at its fastest
        assert watch.step_ns() == 0


def test_a_thread_that_was_held_up_between_two_readings_sees_no_step():
    clocks = Clocks(reading_ns=to_ns(0.3))
    watch = CalendarWatch(clocks.now_ns, clocks.calendar_ns)
    clocks.reading_ns = 50
    assert watch.step_ns() == 0
    clocks.reading_ns = to_ns(0.3)
    assert watch.step_ns() == 0


def test_real_time_tells_of_a_step():
    base = RealTime(guard_s=10)
    steps: list[int] = []
    shift = [0]
    base.watch_calendar(steps.append)
    base._calendar = CalendarWatch(base.now_ns, lambda: base.now_ns() + shift[0])

    async def live() -> None:
        import asyncio

        await asyncio.sleep(0.2)
        shift[0] = to_ns(-5.0)
        await asyncio.sleep(0.2)

    base.run(live())
    base.close()
    (step_ns,) = steps
    assert step_ns == pytest.approx(-to_ns(5.0), abs=to_ns(0.001))
