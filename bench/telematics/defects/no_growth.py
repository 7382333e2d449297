"""A telematics unit whose waits do not grow."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bench.telematics.unit import TelematicsUnit


@dataclass(frozen=True)
class NoGrowth:
    """The unit waits as long after the tenth failure as after the first: up to 90 s, at random.

    It comes back late from a short loss, and no more slowly the longer a long one lasts.
    """

    caught_by: ClassVar[str] = "telematics_discipline"
    measures: ClassVar[tuple[str, ...]] = ("growth_ratio",)
    shown_by: ClassVar[str] = "fixed retry timers, as GB/T 32960 has them (1 min, three times)"
    example: ClassVar[str] = ""
    long_outage: ClassVar[str] = "driven_refuse"

    def fit(self, unit: TelematicsUnit) -> None:
        """Change the unit's policy."""
        unit.policy = replace(unit.policy, backoff_base_s=90.0, backoff_cap_s=90.0)
