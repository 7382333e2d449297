"""Units of the simulated car that are not there, because real ones stand on the table."""

from collections.abc import Sequence
from dataclasses import replace

from bench.can.frame import Frame
from bench.can.port import CyclicHandle, OnFrame, Stop
from bench.car.surroundings import Surroundings
from bench.journal import Journal
from bench.radio.air import Air
from bench.wiring.nets import Wiring


def unplugged(around: Surroundings) -> Surroundings:
    """Return what a unit is built into whose plugs hang loose: no supply, no bus, no radio."""
    nobody = Air(Journal(around.journal.now_ns))
    return replace(around, wiring=Wiring(), air=nobody, make_port=LoosePort, lin={})


class LoosePort:
    """A plug that hangs loose: what is sent goes nowhere, and nothing is heard."""

    def __init__(self, bus: str, node: str) -> None:
        self.bus, self.node = bus, node

    def claim(self, identifier: int) -> None:
        """Nobody else is there."""

    def send(self, frame: Frame, cause: int | None) -> None:
        """Send nothing."""

    def cyclic(
        self,
        frame: Frame,  # noqa: ARG002 nothing is sent
        table: Sequence[bytes],  # noqa: ARG002 nothing is sent
        *,
        period_s: float,  # noqa: ARG002 nothing is sent
        offset_s: float,  # noqa: ARG002 nothing is sent
        cause: int | None,  # noqa: ARG002 nothing is sent
    ) -> CyclicHandle:
        """Send nothing, again and again."""
        return _NeverSent()

    def listen(
        self,
        identifiers: Sequence[int] | None,  # noqa: ARG002 nothing is heard
        on_frame: OnFrame,  # noqa: ARG002 nothing is heard
        *,
        every: bool,  # noqa: ARG002 nothing is heard
    ) -> Stop:
        """Hear nothing."""
        return lambda: None

    def write_down(self, identifier: int) -> None:
        """There is nothing to write down."""

    def last_activity_ns(self) -> int:
        """Return that there was never a frame."""
        return -1

    def set_up(self, *, one_shot: bool = False, restarts: bool = True) -> None:
        """There is no controller to set up."""

    def frames(self) -> int:
        """Return that there were none."""
        return 0


class _NeverSent:
    place = 0

    def update(self, table: Sequence[bytes], cause: int | None) -> None:
        """Send these payloads never."""

    def stop(self) -> None:
        """Go on sending nothing."""
