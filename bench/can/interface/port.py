"""A node's connection to a bus in real time."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.can.frame import Frame
from bench.can.interface.threaded_cyclic import ThreadedCyclic
from bench.can.interface.timed_cyclic import TimedCyclic
from bench.can.port import OnFrame, Stop
from bench.can.watches import Watch

if TYPE_CHECKING:
    from bench.can.interface.bus import InterfaceBus


class InterfacePort:
    """A node's connection to a bus in real time."""

    def __init__(self, bus: "InterfaceBus", node: str) -> None:
        self._bus, self._node = bus, node
        self.bus = bus.bus

    def send(self, frame: Frame, cause: int | None) -> None:
        """Send one frame."""
        self._bus.send(self._node, frame, cause)

    def claim(self, identifier: int) -> None:
        """Say that a message is this node's: one that comes from the bus is somebody else's."""
        self._bus.claim(identifier)

    def cyclic(
        self,
        frame: Frame,
        table: Sequence[bytes],
        *,
        period_s: float,
        offset_s: float = 0.0,
        cause: int | None,
    ) -> TimedCyclic:
        """Send `frame` with the payloads of `table` in turn, first after `offset_s`."""
        if self._bus.kernel_cyclic:
            # here: nothing of it is loaded where it is not asked for
            from bench.can.interface.kernel_cyclic import KernelCyclic

            return KernelCyclic(self._bus, self._node, frame, table, period_s, offset_s, cause)
        return ThreadedCyclic(self._bus, self._node, frame, table, period_s, offset_s, cause)

    def listen(
        self,
        identifiers: Sequence[int] | None,
        on_frame: OnFrame,
        *,
        every: bool = False,  # noqa: ARG002 in real time every frame comes by anyway
    ) -> Stop:
        """Call `on_frame` for frames with these identifiers (None: all)."""
        return self._bus.listen(self._node, identifiers, on_frame)

    def write_down(self, identifier: int) -> None:
        """Nothing to do: in real time each frame is recorded as it comes."""

    def watch(self, identity: int) -> Watch:
        """Return what comes of a message from now on, for another thread than the loop's."""
        return self._bus.watch(identity)

    def set_up(self, *, one_shot: bool = False, restarts: bool = True) -> None:
        """Nothing to do: the nodes of one side share the interface's controller."""

    def frames(self) -> int:
        """Return how many frames there were on this bus so far."""
        return self._bus.frame_count

    def last_activity_ns(self) -> int:
        """Return when the last frame on this bus ended (-1: there was none)."""
        return self._bus.last_activity_ns
