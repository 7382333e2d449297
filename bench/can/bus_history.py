"""What a bus has carried so far, by message, out of the journal."""

from collections.abc import Iterator

from bench.can.frame import Frame, key
from bench.can.port import Port
from bench.can.segments import expand, recorded_frame
from bench.events import CyclicSegment, FrameSeen
from bench.journal import Journal
from bench.units import to_ns

OUT_OF_ORDER_NS = to_ns(1.0)  # a frame is written down at most so long after it has come


class BusHistory:
    """The frames of one bus, as far as they are written down.

    Args:
        port: the bench's connection to it.
        journal: what has been seen so far.
    """

    def __init__(self, port: Port, journal: Journal) -> None:
        self._port, self._journal = port, journal
        self._written: dict[int, list[tuple[int, FrameSeen | CyclicSegment]]] = {}
        self._looked_at = 0

    def since(self, identity: int, since_ns: int) -> Iterator[tuple[int, Frame]]:
        """Yield the frames of a message since a time, in order."""
        self._port.write_down(identity)
        self._sort_new_entries()
        found: list[tuple[int, Frame]] = []
        for t_ns, event in reversed(self._written.get(identity, [])):
            if isinstance(event, FrameSeen):
                if t_ns < since_ns - OUT_OF_ORDER_NS:
                    break  # entries of one message are nearly in order
                data = bytes.fromhex(event.data)
                found.append((t_ns, recorded_frame(event, data)))
            else:
                found += [
                    (timed.t_ns, recorded_frame(event, timed.data)) for timed in expand(event)
                ]
        yield from sorted((f for f in found if f[0] >= since_ns), key=lambda f: f[0])

    def _sort_new_entries(self) -> None:
        """Sort by message what was written since the last look: nobody looks at all of it twice."""
        entries = self._journal.entries
        for place in range(self._looked_at, len(entries)):
            t_ns, event = entries[place].t_ns, entries[place].event
            if isinstance(event, FrameSeen | CyclicSegment) and event.bus == self._port.bus:
                identity = key(event.identifier, extended="x" in event.flags)
                self._written.setdefault(identity, []).append((t_ns, event))
            self._looked_at = place + 1
