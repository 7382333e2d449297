"""A telematics unit that hardly waits."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bench.telematics.unit import TelematicsUnit


@dataclass(frozen=True)
class TightReconnectLoop:
    """The unit backs off, with growth and jitter, up to four seconds.

    A thousand tries an hour and more, of each car: what a cloud that comes back is met by.
    """

    caught_by: ClassVar[str] = "telematics_discipline"
    measures: ClassVar[tuple[str, ...]] = ("attempts",)
    shown_by: ClassVar[str] = "reconnect loops of MQTT clients with their libraries' defaults"
    example: ClassVar[str] = ""
    long_outage: ClassVar[str] = "driven_refuse"

    def fit(self, unit: TelematicsUnit) -> None:
        """Change the unit's policy."""
        unit.policy = replace(unit.policy, backoff_base_s=1.0, backoff_cap_s=4.0)
