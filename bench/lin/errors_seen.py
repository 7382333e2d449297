"""What went wrong on a LIN bus, written down once for as long as it lasts."""

from bench.events import ErrorSeen
from bench.journal import Journal


class ErrorsSeen:
    """Writes errors of a LIN bus into the journal.

    A header that nobody answers is written down when that begins, not in every slot.

    Args:
        bus: its name.
        journal: where to (None: nobody looks at this bus).

    Attributes:
        unanswered: identifiers whose last header nobody answered.
    """

    def __init__(self, bus: str, journal: Journal | None) -> None:
        self._bus, self._journal = bus, journal
        self.unanswered: set[int] = set()

    def error(self, identifier: int, sender: str, what: str) -> None:
        """Write down an error: no_response, checksum, parity, collision, framing."""
        if what == "no_response":
            if identifier in self.unanswered:
                return
            self.unanswered.add(identifier)
        if self._journal is not None:
            self._journal.write(ErrorSeen(self._bus, identifier, sender, "", what))

    def answered(self, identifier: int) -> None:
        """Note that a header was answered."""
        self.unanswered.discard(identifier)
