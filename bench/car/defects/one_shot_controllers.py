"""A destroyed frame is not repeated."""

from dataclasses import dataclass
from typing import ClassVar

from bench.car.simulated_car import SimulatedCar


@dataclass(frozen=True)
class OneShotControllers:
    """The units' CAN controllers run in one-shot mode: what a disturbance destroys is lost."""

    caught_by: ClassVar[str] = "independence"
    shown_by: ClassVar[str] = "a setting of every CAN controller, made for time-triggered buses"
    example: ClassVar[str] = "ble_key unlock error_burst"

    def fit(self, car: SimulatedCar) -> None:
        """Set every controller up so."""
        for unit in car.units.values():
            for port in unit.connector.ports():
                port.set_up(one_shot=True)
