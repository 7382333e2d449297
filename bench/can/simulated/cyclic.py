"""A cyclic message of a simulated bus in its sender's hands."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.can.simulated.traffic import Cyclic

if TYPE_CHECKING:
    from bench.can.simulated.medium import Medium


class MediumCyclic:
    """A CyclicHandle: changes and ends a message that the medium sends.

    Args:
        medium: which.
        cyclic: the message, from now on.
    """

    def __init__(self, medium: "Medium", cyclic: Cyclic) -> None:
        self._medium, self._cyclic = medium, cyclic
        medium.tampering.begin(self)
        cyclic.load(medium.tampering, medium.bit_rates)
        medium.add(cyclic)

    @property
    def place(self) -> int:
        """The place in the table of the next frame."""
        return self._cyclic.place

    def update(self, table: Sequence[bytes], cause: int | None) -> None:
        """Send these payloads from the next frame on."""
        if self._cyclic.alive:
            self._cyclic.mean(table, cause)
            self.refresh()

    def refresh(self) -> None:
        """Ask again what faults make of it, and send that from the next frame on."""
        medium, cyclic = self._medium, self._cyclic
        medium.settle()
        self._note_last()
        medium.record.close_segment(cyclic)
        cyclic.load(medium.tampering, medium.bit_rates)
        medium.announce(cyclic)

    def stop(self) -> None:
        """Send it no more."""
        medium, cyclic = self._medium, self._cyclic
        if cyclic.alive:
            medium.settle()
            self._note_last()
            cyclic.alive = cyclic.quiet = False
            medium.record.close_segment(cyclic)
            medium.tampering.end(self)

    def _note_last(self) -> None:
        """Tell who tampers what went last, as it was meant."""
        cyclic = self._cyclic
        if not cyclic.tampers:
            last = cyclic.frames[cyclic.place - 1].data
            self._medium.tampering.note(cyclic.identity, last)
