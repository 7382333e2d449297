"""A command that nobody has signed is executed."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bench.telematics.unit import TelematicsUnit


@dataclass(frozen=True)
class ExecutesUnsigned:
    """The telematics unit does not look at a command's signature."""

    caught_by: ClassVar[str] = "no_unauthorised_opening"
    shown_by: ClassVar[str] = "common enough to have a number: CWE-347, a signature not verified"
    example: ClassVar[str] = ""

    def fit(self, unit: TelematicsUnit) -> None:
        """Change the unit's policy."""
        unit.policy = replace(unit.policy, check_signature=False)
