"""A cyclic message that a thread of its bus sends in real time.

The loop has the cloud, the phone and the judgement to see to: a TLS handshake may hold it up for
longer than a body controller waits for a frame. A thread sends between the steps of all that.
"""

from collections.abc import Sequence

from bench.can.interface.outgoing import Outgoing
from bench.can.interface.timed_cyclic import TimedCyclic


class ThreadedCyclic(TimedCyclic):
    """Sent by its bus's sending thread, unless a fault changes it: then by the loop, as elsewhere.

    It belongs to one of the two at any time, so neither needs to ask what the other does with it.
    """

    _out: Outgoing | None = None  # who sends it, if it is not the loop

    @property
    def due_s(self) -> float:
        """When it is to be sent next."""
        return self._due_s

    def send_due(self) -> None:
        """Send the frame that is due (in the thread)."""
        self._bus.tampering.note(self._identity, self._ready.data)
        if self._out is not None:
            self._out.send_aside(self._node, self._ready, self._cause, self._message)
        self._advance()

    def update(self, table: Sequence[bytes], cause: int | None) -> None:
        """Send these payloads from the next frame on."""
        aside = self._take_back()
        super().update(table, cause)
        if aside:
            self._schedule()

    def refresh(self) -> None:
        """Ask again what faults make of it: the thread sends only what nobody changes."""
        aside = self._take_back()
        super().refresh()
        if aside:
            self._schedule()

    def stop(self) -> None:
        """Send it no more."""
        self._take_back()
        super().stop()

    def _schedule(self) -> None:
        self._out = None if self._tampers else self._bus.way_out(self._node)
        if self._out is None:
            super()._schedule()
        else:
            self._out.begin(self)

    def _take_back(self) -> bool:
        """Have it again, if it was the thread's; say whether it was."""
        out = self._out
        if out is not None:
            out.end(self)
        self._out = None
        return out is not None
