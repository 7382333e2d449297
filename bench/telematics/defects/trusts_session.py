"""A telematics unit that never listens again."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bench.telematics.unit import TelematicsUnit


@dataclass(frozen=True)
class TrustsSession:
    """The unit subscribes once in its life and trusts that the broker remembers it.

    Where the broker has forgotten its session, it is connected, looks well and hears nothing: the
    same path does not open after the outage either, so that nothing proves what the outage did.
    """

    caught_by: ClassVar[str] = "evidence"
    shown_by: ClassVar[str] = "MQTT clients that ignore CONNACK's session-present flag"
    example: ClassVar[str] = "cloud_app unlock session_not_kept"
    push: ClassVar[str] = "mqtt"

    def fit(self, unit: TelematicsUnit) -> None:
        """Change the unit's policy."""
        unit.policy = replace(unit.policy, trusts_session=True)
