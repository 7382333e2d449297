"""A telematics unit that draws nothing."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bench.telematics.unit import TelematicsUnit


@dataclass(frozen=True)
class NoJitter:
    """The unit waits 2, 4, 8, … 120 s after a failure, as every other one does.

    All cars that lost their cloud in one second come back to it in one second, again and again.
    """

    caught_by: ClassVar[str] = "telematics_discipline"
    measures: ClassVar[tuple[str, ...]] = ("jitter_share",)
    shown_by: ClassVar[str] = (
        "aws-c-mqtt's client for MQTT 3.1.1: doubling, with no random number in it"
    )
    example: ClassVar[str] = ""
    long_outage: ClassVar[str] = "driven_refuse"

    def fit(self, unit: TelematicsUnit) -> None:
        """Change the unit's policy."""
        unit.policy = replace(unit.policy, backoff_jitter=0.0)
