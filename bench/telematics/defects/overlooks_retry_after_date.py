"""A telematics unit that reads Retry-After only where it is a number."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bench.telematics.unit import TelematicsUnit


@dataclass(frozen=True)
class OverlooksRetryAfterDate:
    """The unit is told a time of day to come back at, cannot read it, and comes back as it likes.

    It works with the maker's own servers, and not with the load balancer that was put before them.
    """

    caught_by: ClassVar[str] = "telematics_discipline"
    measures: ClassVar[tuple[str, ...]] = ("retry_after_least",)
    shown_by: ClassVar[str] = (
        "RFC 9110 §10.2.3 allows a date, and clients convert the header to an integer (assumed)"
    )
    example: ClassVar[str] = ""
    long_outage: ClassVar[str] = "driven_retry_after_date"

    def fit(self, unit: TelematicsUnit) -> None:
        """Change the unit's policy."""
        unit.policy = replace(unit.policy, reads_retry_after_dates=False)
