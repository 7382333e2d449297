"""A node's connection to a simulated bus."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.can.controller import Controller, Recovery
from bench.can.frame import Frame
from bench.can.port import OnFrame, Stop
from bench.can.simulated.cyclic import MediumCyclic
from bench.can.simulated.traffic import Cyclic
from bench.units import to_ns

if TYPE_CHECKING:
    from bench.can.simulated.medium import Medium


class MediumPort:
    """A node's connection to a simulated bus.

    Attributes:
        controller: the node's, with its error counters.
    """

    def __init__(self, medium: "Medium", node: str) -> None:
        self._medium = medium
        self._node = node
        self.bus = medium.bus
        self.controller: Controller = medium.nodes.controller(node)

    def send(self, frame: Frame, cause: int | None) -> None:
        """Queue one frame for sending."""
        self._medium.send(self._node, frame, cause)

    def claim(self, identifier: int) -> None:
        """Nothing to do: everybody on the simulated bus is the bench's own."""

    def cyclic(
        self,
        frame: Frame,
        table: Sequence[bytes],
        *,
        period_s: float,
        offset_s: float = 0.0,
        cause: int | None,
    ) -> MediumCyclic:
        """Send `frame` with the payloads of `table` in turn, first after `offset_s`."""
        medium = self._medium
        due_ns = medium.loop.now_ns + to_ns(offset_s)
        cyclic = Cyclic(self._node, frame, table, to_ns(period_s), due_ns, cause)
        return MediumCyclic(medium, cyclic)

    def listen(
        self, identifiers: Sequence[int] | None, on_frame: OnFrame, *, every: bool = False
    ) -> Stop:
        """Call `on_frame` for frames with these identifiers (None: all)."""
        return self._medium.listen(self._node, identifiers, on_frame, every=every)

    def write_down(self, identifier: int) -> None:
        """See to it that the journal holds every frame of a message so far."""
        self._medium.write_down(identifier)

    def set_up(self, *, one_shot: bool = False, restarts: bool = True) -> None:
        """Set the node's controller up."""
        self.controller.one_shot = one_shot
        self.controller.recovery = Recovery() if restarts else None

    def frames(self) -> int:
        """Return how many frames there were on this bus so far."""
        self._medium.settle()
        return self._medium.frame_count

    def last_activity_ns(self) -> int:
        """Return when the last frame on this bus ended (-1: there was none)."""
        return self._medium.last_end_ns()
