"""A unit that stays off."""

from dataclasses import dataclass
from typing import ClassVar

from bench.car.simulated_car import SimulatedCar


@dataclass(frozen=True)
class StaysBusOff:
    """After bus-off the body controller never restarts its CAN controller, until it is reset."""

    caught_by: ClassVar[str] = "bus_recovery"
    shown_by: ClassVar[str] = "drivers without bus-off recovery (restart-ms 0 is Linux' default)"
    example: ClassVar[str] = "mechanical_key unlock bus_off"

    def fit(self, car: SimulatedCar) -> None:
        """Take the recovery away."""
        for port in car.bcm.connector.ports():
            port.set_up(restarts=False)
