"""A telematics unit that obeys whatever it is told."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bench.telematics.unit import TelematicsUnit


@dataclass(frozen=True)
class ObeysAnyRetryAfter:
    """The unit is told once, by mistake, to come back in a day, and does.

    A slip of a second silences a fleet for a day.
    """

    caught_by: ClassVar[str] = "telematics_discipline"
    measures: ClassVar[tuple[str, ...]] = ("absurd_retry_after",)
    shown_by: ClassVar[str] = (
        "servers whose Retry-After is a number of milliseconds, or a constant of tests"
    )
    example: ClassVar[str] = ""
    long_outage: ClassVar[str] = "driven_absurd_retry_after"

    def fit(self, unit: TelematicsUnit) -> None:
        """Change the unit's policy."""
        unit.policy = replace(unit.policy, retry_after_cap_s=1e7)
