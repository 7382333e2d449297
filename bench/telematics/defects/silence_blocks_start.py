"""The silence of the cloud is taken for a theft."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bench.telematics.unit import TelematicsUnit


@dataclass(frozen=True)
class SilenceBlocksStart:
    """After twenty seconds without its cloud the unit has the immobiliser refuse every start.

    A thief who jams the radio does not get away, and neither does an owner whose cloud is down:
    every key opens, and none starts. In the field it would be minutes or hours.
    """

    caught_by: ClassVar[str] = "independence"
    shown_by: ClassVar[str] = (
        "Porsche's tracking system in Russia, from 28 November 2025 on: cars that did not start "
        "(The Moscow Times, 2 December 2025; the cause is not proven)"
    )
    example: ClassVar[str] = "peps_fob start broker_unreachable"

    def fit(self, unit: TelematicsUnit) -> None:
        """Change the unit's policy."""
        unit.policy = replace(unit.policy, blocks_start_after_s=20.0)
