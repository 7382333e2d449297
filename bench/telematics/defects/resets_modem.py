"""A telematics unit that restarts itself because its cloud is away."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bench.telematics.unit import TelematicsUnit


@dataclass(frozen=True)
class ResetsModem:
    """After every second failure the unit switches itself off and on again.

    Each restart registers anew, and operators block units that do so too often (GSMA TS.34).
    """

    caught_by: ClassVar[str] = "telematics_discipline"
    measures: ClassVar[tuple[str, ...]] = ("resets",)
    shown_by: ClassVar[str] = "watchdogs that take a missing cloud for a hung modem"
    example: ClassVar[str] = ""
    long_outage: ClassVar[str] = "parked_refuse"

    def fit(self, unit: TelematicsUnit) -> None:
        """Change the unit's policy."""
        unit.policy = replace(unit.policy, restarts_after=2)
