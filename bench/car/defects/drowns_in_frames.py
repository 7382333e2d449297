"""A unit that cannot keep up with a full bus."""

import asyncio
from dataclasses import dataclass
from typing import ClassVar

from bench.car.door_lock import Direction
from bench.car.simulated_car import SimulatedCar

TASK_S = 0.01  # how often its task empties the receive buffer
OVER_CAN = {"digital_key", "passive_entry", "telematics", "voice"}


@dataclass(frozen=True)
class DrownsInFrames:
    """The body controller takes in every frame: on a full bus a request is overwritten unread.

    Attributes:
        buffer: how many frames its receive buffer holds; it is emptied every 10 ms.
    """

    caught_by: ClassVar[str] = "independence"
    shown_by: ClassVar[str] = "controllers whose acceptance filters are left open"
    example: ClassVar[str] = "ble_key unlock bus_overload"

    buffer: int = 25

    def fit(self, car: SimulatedCar) -> None:
        """Lose requests that came by CAN while the bus was full."""
        bcm = car.bcm
        sound = bcm.access

        def frames() -> int:
            return sum(port.frames() for port in bcm.connector.ports())

        async def access(direction: Direction, source: str, cause: int | None) -> bool:
            if source in OVER_CAN:
                before = frames()
                await asyncio.sleep(TASK_S)
                if frames() - before > self.buffer:
                    bcm.note("receive buffer overflowed: request lost", cause)
                    return False
            return await sound(direction, source, cause)

        bcm.access = access  # type: ignore[method-assign]  # the defect takes its place
