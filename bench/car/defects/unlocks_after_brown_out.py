"""The doors unlock after a brown-out."""

from dataclasses import dataclass
from typing import ClassVar

from bench.car.simulated_car import SimulatedCar


@dataclass(frozen=True)
class UnlocksAfterBrownOut:
    """The body controller starts as after a crash: when its supply comes back, it unlocks."""

    caught_by: ClassVar[str] = "no_unauthorised_opening"
    shown_by: ClassVar[str] = (
        "owners who find the car open after a battery has failed and recovered"
    )
    example: ClassVar[str] = "ble_key unlock supply_dip:profile=brown_out"

    def fit(self, car: SimulatedCar) -> None:
        """Unlock after each reset."""
        bcm = car.bcm

        def unlock(cause: int | None) -> None:
            bcm.start_task(bcm.access("unlock", "crash", cause))

        bcm.after_reset.append(unlock)
