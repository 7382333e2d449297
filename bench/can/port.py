"""One node's connection to one bus, whatever carries the bits."""

from collections.abc import Callable, Sequence
from typing import Protocol

from bench.can.frame import Frame, Reception

OnFrame = Callable[[Reception], None]
Stop = Callable[[], None]


class CyclicHandle(Protocol):
    """A message that is being sent at its period."""

    @property
    def place(self) -> int:
        """The place in the table of the next frame."""
        ...

    def update(self, table: Sequence[bytes], cause: int | None) -> None:
        """Send these payloads in turn from the next frame on (a table holds the counters)."""
        ...

    def stop(self) -> None:
        """Send it no more."""
        ...


class Port(Protocol):
    """What a node can do on a bus."""

    bus: str

    def send(self, frame: Frame, cause: int | None) -> None:
        """Queue one frame for sending."""
        ...

    def claim(self, identifier: int) -> None:
        """Say that a message is this node's, though it may never send it: who else does, is told.

        On the simulated bus there is nobody else.
        """
        ...

    def cyclic(
        self,
        frame: Frame,
        table: Sequence[bytes],
        *,
        period_s: float,
        offset_s: float,
        cause: int | None,
    ) -> CyclicHandle:
        """Send `frame` with the payloads of `table` in turn, first after `offset_s`."""
        ...

    def listen(self, identifiers: Sequence[int] | None, on_frame: OnFrame, *, every: bool) -> Stop:
        """Call `on_frame` for frames with these identifiers (None: all).

        Args:
            identifiers: with bit 31 set for 29-bit ones, as in a DBC file (`key`).
            on_frame: called on the loop.
            every: each frame; otherwise a cyclic frame is announced only when its payload is
                another than before (its counter and CRC aside).
        """
        ...

    def write_down(self, identifier: int) -> None:
        """See to it that the journal holds every frame of a message so far."""
        ...

    def set_up(self, *, one_shot: bool = False, restarts: bool = True) -> None:
        """Set the node's controller up, where there is one of its own (on the simulated bus).

        Args:
            one_shot: a frame that met an error is given up instead of repeated.
            restarts: its driver lets it come back after bus-off.
        """
        ...

    def frames(self) -> int:
        """Return how many frames there were on this bus so far."""
        ...

    def last_activity_ns(self) -> int:
        """Return when the last frame on this bus ended (-1: there was none)."""
        ...
