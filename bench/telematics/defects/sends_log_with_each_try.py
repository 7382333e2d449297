"""A telematics unit that pays for its tries in bytes."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bench.telematics.unit import TelematicsUnit


@dataclass(frozen=True)
class SendsLogWithEachTry:
    """The unit sends 18 kB of its log along with each try to connect, so that somebody may see why.

    Nobody does, while the outage lasts, and the operator's bill grows with it.
    """

    caught_by: ClassVar[str] = "telematics_discipline"
    measures: ClassVar[tuple[str, ...]] = ("data",)
    shown_by: ClassVar[str] = "diagnostics in connection requests (assumed)"
    example: ClassVar[str] = ""
    long_outage: ClassVar[str] = "driven_503"

    def fit(self, unit: TelematicsUnit) -> None:
        """Change the unit's policy."""
        unit.policy = replace(unit.policy, log_bytes=18_000)
