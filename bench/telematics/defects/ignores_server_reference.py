"""A telematics unit that does not go where its broker sends it."""

from dataclasses import dataclass, replace
from typing import ClassVar

from bench.telematics.unit import TelematicsUnit


@dataclass(frozen=True)
class IgnoresServerReference:
    """The broker names the server that would let it in, and the unit asks the same one again.

    MQTT 5 permits that. A maker who moves the service, or takes load off a broker, then loses every
    car until somebody has changed what they were given.
    """

    caught_by: ClassVar[str] = "telematics_discipline"
    measures: ClassVar[tuple[str, ...]] = ("server_reference",)
    shown_by: ClassVar[str] = "MQTT libraries that leave it to who uses them (zmqtt issue 90)"
    example: ClassVar[str] = ""
    long_outage: ClassVar[str] = "driven_server_moved"
    push: ClassVar[str] = "mqtt"

    def fit(self, unit: TelematicsUnit) -> None:
        """Change the unit's policy."""
        unit.policy = replace(unit.policy, follows_server_reference=False)
