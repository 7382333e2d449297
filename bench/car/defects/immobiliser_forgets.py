"""A brown-out makes the immobiliser forget its keys."""

from dataclasses import dataclass
from typing import ClassVar

from bench.car.simulated_car import SimulatedCar


@dataclass(frozen=True)
class ImmobiliserForgets:
    """The immobiliser keeps what it has learned in memory that does not outlive a reset."""

    caught_by: ClassVar[str] = "opens_in_time"
    shown_by: ClassVar[str] = (
        "cars that do not start after their battery was low, until keys are taught"
    )
    example: ClassVar[str] = "ble_key start supply_dip:profile=momentary_drop"

    def fit(self, car: SimulatedCar) -> None:
        """Refuse every key after a reset."""
        unit = car.immobiliser

        def refuse(source: str) -> bool:
            del source
            return False

        def forget(_cause: int | None) -> None:
            unit.may_start = refuse  # type: ignore[method-assign]  # the defect takes its place

        unit.after_reset.append(forget)
