"""A telematics unit that does not read Retry-After."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bench.telematics.unit import TelematicsUnit


@dataclass(frozen=True)
class IgnoresRetryAfter:
    """The unit is told to come back in five minutes, and comes back when its own back-off says so.

    The cloud cannot spread the load of its own recovery.
    """

    caught_by: ClassVar[str] = "telematics_discipline"
    measures: ClassVar[tuple[str, ...]] = ("retry_after_least",)
    shown_by: ClassVar[str] = "HTTP clients that raise on the status and drop the headers"
    example: ClassVar[str] = ""
    long_outage: ClassVar[str] = "driven_retry_after"

    def fit(self, unit: TelematicsUnit) -> None:
        """Change the unit's policy."""
        unit.policy = replace(unit.policy, obeys_retry_after=False)
