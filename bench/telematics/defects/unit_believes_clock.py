"""Commands lapse when the telematics unit's clock jumps."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bench.telematics.unit import TelematicsUnit


@dataclass(frozen=True)
class UnitBelievesClock:
    """The unit judges the expiry of commands by its calendar clock, wherever that jumps.

    By a clock that is two hours behind, a command that was held for ten minutes is fresh: the car
    opens long after its owner has gone.
    """

    caught_by: ClassVar[str] = "nothing_stale"
    shown_by: ClassVar[str] = (
        "assumed; Tesla's published protocol dates commands by a clock that counts from an epoch"
    )
    example: ClassVar[str] = ""

    def fit(self, unit: TelematicsUnit) -> None:
        """Change the unit's policy."""
        unit.policy = replace(unit.policy, believes_clock=True)
