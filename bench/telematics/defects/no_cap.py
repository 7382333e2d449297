"""A telematics unit whose waits grow without end."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bench.telematics.unit import TelematicsUnit


@dataclass(frozen=True)
class NoCap:
    """The unit doubles its longest wait with each failure, and nothing stops it.

    After an outage of half an hour it may be away for another hour, behind a cloud that is well.
    """

    caught_by: ClassVar[str] = "telematics_discipline"
    measures: ClassVar[tuple[str, ...]] = ("longest_wait",)
    shown_by: ClassVar[str] = "JT/T 808's time-outs, which grow by a factor each time"
    example: ClassVar[str] = ""
    long_outage: ClassVar[str] = "driven_refuse"

    def fit(self, unit: TelematicsUnit) -> None:
        """Change the unit's policy."""
        unit.policy = replace(unit.policy, backoff_cap_s=1e5)
