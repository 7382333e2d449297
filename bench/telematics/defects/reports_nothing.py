"""A command is carried out, and nobody is told that it was."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bench.telematics.unit import TelematicsUnit


@dataclass(frozen=True)
class ReportsNothing:
    """The telematics unit tells the cloud of no result: the owner is left in doubt on every day."""

    caught_by: ClassVar[str] = "honest_claims"
    shown_by: ClassVar[str] = "assumed"
    example: ClassVar[str] = ""

    def fit(self, unit: TelematicsUnit) -> None:
        """Change the unit's policy."""
        unit.policy = replace(unit.policy, reports_results=False)
