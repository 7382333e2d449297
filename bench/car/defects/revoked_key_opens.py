"""A revoked key still opens."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bench.car.simulated_car import SimulatedCar


@dataclass(frozen=True)
class RevokedKeyOpens:
    """The digital-key module does not look at what was revoked."""

    caught_by: ClassVar[str] = "no_unauthorised_opening"
    shown_by: ClassVar[str] = (
        "shared keys that outlive their deletion (one maker's manual: up to 48 h)"
    )
    example: ClassVar[str] = ""

    def fit(self, car: SimulatedCar) -> None:
        """Switch the check off."""
        module = car.digital_key
        module.parameters = replace(module.parameters, check_revocation=False)
