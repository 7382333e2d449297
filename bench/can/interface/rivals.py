"""Frames from the bus that look like the bench's own, and are somebody else's."""

from bench.can.interface.causes import Causes
from bench.can.port import EXTENDED
from bench.events import BenchFault
from bench.journal import Journal


class Rivals:
    """Finds why a frame from the bus was sent, and who sends what the bench sends, too.

    Args:
        bus: its name.
        causes: what this process has sent, and why.
        journal: where a rival is written down (None: the other side does that).
    """

    def __init__(self, bus: str, causes: Causes, journal: Journal | None) -> None:
        self._bus, self._causes, self._journal = bus, causes, journal
        self._known: set[int] = set()

    def cause_of(self, identifier: int, data: bytes, identity: int) -> int | None:
        """Return why a frame was sent, of a message that this process sends.

        One that it did not send is a rival's.
        """
        known, cause = self._causes.find(identifier, data)
        if not known and identity not in self._known:
            self._refuse(identity)
        return cause

    def _refuse(self, identity: int) -> None:
        """Record a second sender of what the bench sends: who would be believed is chance."""
        if self._journal is not None:
            self._known.add(identity)
            name = f"0x{identity & (EXTENDED - 1):X}"
            self._journal.write(BenchFault(
                f"can.{self._bus}",
                f"{name} comes from the bus, and the bench sends it, too: name the real unit in "
                "[car] real, or take it out of the restbus (of network management: another own)",
            ))  # fmt: skip
