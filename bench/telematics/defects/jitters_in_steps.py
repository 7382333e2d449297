"""A telematics unit whose draw knows three values."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bench.telematics.unit import TelematicsUnit


@dataclass(frozen=True)
class JittersInSteps:
    """The unit draws from three values only: nothing, a third or two thirds of the longest wait.

    The spread looks well, and a fleet comes back in three bursts.
    """

    caught_by: ClassVar[str] = "telematics_discipline"
    measures: ClassVar[tuple[str, ...]] = ("jitter_evenness",)
    shown_by: ClassVar[str] = "random numbers of a few bits, as small units make them (assumed)"
    example: ClassVar[str] = ""
    long_outage: ClassVar[str] = "driven_refuse"

    def fit(self, unit: TelematicsUnit) -> None:
        """Change the unit's policy."""
        unit.policy = replace(unit.policy, jitter_steps=3)
