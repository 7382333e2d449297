"""How busy each bus is, by what its frames take on the wire."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from bench.can.segments import expand, recorded_frame
from bench.can.wire import duration_ns, interframe_ns
from bench.events import CyclicSegment, FrameSeen
from bench.journal import Entry
from bench.units import NS_PER_S


class BusLoad:
    """Adds up, second by second, how long frames occupied each bus.

    A simulated bus records cyclic frames as a segment when that ends, so their load is known
    afterwards only: a recording that is played again is read ahead, one that is being made lags.
    """

    def __init__(self) -> None:
        self._busy_ns: dict[str, Counter[int]] = defaultdict(Counter)

    def take(self, entry: Entry, bit_rates: Mapping[str, Sequence[int]]) -> None:
        """Take an entry in; frames of buses whose bit rate nobody knows count for nothing."""
        event = entry.event
        if not isinstance(event, FrameSeen | CyclicSegment) or event.bus not in bit_rates:
            return
        nominal, data = bit_rates[event.bus]
        gap_ns, busy_ns = interframe_ns(nominal), self._busy_ns[event.bus]
        if isinstance(event, FrameSeen):
            frame = recorded_frame(event, bytes.fromhex(event.data))
            busy_ns[entry.t_ns // NS_PER_S] += duration_ns(frame, nominal, data) + gap_ns
            return
        durations = event.duration_ns
        for number, timed in enumerate(expand(event)):
            taken_ns = durations[(event.start + number) % len(durations)]
            busy_ns[timed.t_ns // NS_PER_S] += taken_ns + gap_ns

    def share(self, bus: str, t_ns: int) -> float | None:
        """Return the load of the last whole second, from 0 to 1; None: it is not known yet."""
        second = t_ns // NS_PER_S - 1
        if second < 0 or bus not in self._busy_ns:
            return None
        return min(1.0, self._busy_ns[bus][second] / NS_PER_S)
