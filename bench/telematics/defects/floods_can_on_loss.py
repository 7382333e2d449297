"""A telematics unit that tells the car of each failure, at length."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bench.telematics.unit import TelematicsUnit


@dataclass(frozen=True)
class FloodsCanOnLoss:
    """Whenever a try fails, the unit sends 200 frames on CAN, one after the other.

    Fifty milliseconds without a free moment on the bus, and cyclic messages that come late.
    """

    caught_by: ClassVar[str] = "telematics_discipline"
    measures: ClassVar[tuple[str, ...]] = ("bus_load",)
    shown_by: ClassVar[str] = (
        "gateways that queue while a link is away and let everything go at once (assumed)"
    )
    example: ClassVar[str] = ""
    long_outage: ClassVar[str] = "driven_refuse"

    def fit(self, unit: TelematicsUnit) -> None:
        """Change the unit's policy."""
        unit.policy = replace(unit.policy, frames_on_loss=200)
