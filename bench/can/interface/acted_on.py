"""Why simulated units do what they do on hearing a frame, where the bench hears it elsewhere."""

from bench.can.frame import EXTENDED
from bench.events import FramePassed
from bench.journal import Journal


class ActedOn:
    """Writes frames between simulated units down, as causes of what these do.

    Args:
        bus: its name.
        journal: where to.
    """

    def __init__(self, bus: str, journal: Journal) -> None:
        self._bus, self._journal = bus, journal
        self._last: dict[int, tuple[int, int]] = {}  # by message: the last cause, and its entry

    def because(self, identity: int, sender: str, cause: int | None) -> int | None:
        """Return the entry to name as the cause of what is done about a frame."""
        if cause is None:
            return None
        last, seq = self._last.get(identity, (None, cause))
        if last != cause:  # else it is one of a row
            event = FramePassed(self._bus, identity & (EXTENDED - 1), sender)
            seq = self._journal.write(event, cause)
            self._last[identity] = cause, seq
        return seq
