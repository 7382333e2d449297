"""How busy a bus is, second by second."""

import pytest

from bench import events as e
from bench.can.frame import Frame
from bench.can.wire import bits
from bench.dashboard.bus_load import BusLoad
from bench.journal import Entry
from bench.units import NS_PER_S

RATES = {"body": [500_000, 2_000_000]}
INTERFRAME_BITS = 3


def frame(at_s: float, data: str = "00") -> Entry:
    return Entry(round(at_s * NS_PER_S), 0, None, e.FrameSeen("body", 0x123, "", data, "BCM"))


def test_a_second_full_of_frames_is_a_load_of_one():
    load = BusLoad()
    taken_s = (bits(Frame(0x123, bytes(1)))[0] + INTERFRAME_BITS) / 500_000
    for number in range(int(1 / taken_s) + 1):
        load.take(frame(number * taken_s), RATES)
    assert load.share("body", NS_PER_S) == pytest.approx(1.0, abs=0.001)


def test_the_load_is_that_of_the_last_whole_second():
    load = BusLoad()
    load.take(frame(0.5), RATES)
    taken = (bits(Frame(0x123, bytes(1)))[0] + INTERFRAME_BITS) / 500_000
    assert load.share("body", round(0.9 * NS_PER_S)) is None
    assert load.share("body", round(1.1 * NS_PER_S)) == pytest.approx(taken, rel=1e-4)
    assert load.share("body", round(2.1 * NS_PER_S)) == 0


def test_cyclic_frames_count_in_the_seconds_in_which_they_went():
    by_segment, by_frame = BusLoad(), BusLoad()
    frames = [Frame(0x123, bytes([n])) for n in (0, 255)]
    lengths = tuple(bits(each)[0] * 2000 for each in frames)
    segment = e.CyclicSegment(
        "body", 0x123, "", "BCM", period_ns=10_000_000, first_ns=0, count=300, start=0,
        table=("00", "ff"), duration_ns=lengths, late=(),
    )  # fmt: skip
    by_segment.take(Entry(3 * NS_PER_S, 0, None, segment), RATES)
    for k in range(300):
        at_s = k * 0.01 + lengths[k % 2] / NS_PER_S
        by_frame.take(frame(at_s, ("00", "ff")[k % 2]), RATES)
    for second in (1, 2, 3):
        share = by_segment.share("body", second * NS_PER_S)
        assert share == pytest.approx(by_frame.share("body", second * NS_PER_S))
        assert share is not None
        assert 0.005 < share < 0.02


def test_nothing_is_said_of_a_bus_whose_bit_rate_nobody_knows():
    load = BusLoad()
    load.take(frame(0.5), {})
    assert load.share("body", NS_PER_S) is None
