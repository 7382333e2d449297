"""A replayed press of the remote opens."""

from dataclasses import dataclass
from typing import ClassVar

from bench.car.simulated_car import SimulatedCar


@dataclass(frozen=True)
class ReplayedPressOpens:
    """The receiver does not look at the rolling code's counter: what was heard once opens again."""

    caught_by: ClassVar[str] = "no_unauthorised_opening"
    shown_by: ClassVar[str] = "published replay attacks on remote keyless entry"
    example: ClassVar[str] = ""

    def fit(self, car: SimulatedCar) -> None:
        """Switch the check off."""
        car.bcm.rke.check_replay = False
