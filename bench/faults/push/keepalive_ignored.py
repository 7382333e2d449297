"""The MQTT broker does not answer signs of life."""

from dataclasses import dataclass
from typing import ClassVar

from bench.cloud.mqtt_rule import Direction, MqttRule
from bench.faults.broker_cut import need_broker
from bench.faults.fault import Fault, Site
from bench.injection import Injection, Undo


@dataclass(frozen=True)
class KeepaliveIgnored(Fault):
    """PINGREQ is never answered; everything else is.

    A unit cannot tell that from a dead connection. It has to give it up and get another; one
    that waits for ever would, on a connection that really is dead, never be reached again.
    """

    acts_on: ClassVar[str] = "signs of life"
    must: ClassVar[str] = "take a broker that does not answer for dead, and connect again"
    shown_by: ClassVar[str] = "assumed: connections behind carrier NAT, overloaded brokers"
    push: ClassVar[str] = "mqtt"

    def check(self, site: Site) -> None:
        """Raise ConfigError where there is no MQTT."""
        need_broker(site, "keepalive_ignored")

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Lose every PINGREQ."""
        return site.cloud.mqtt.add(_Ignore(injection))


class _Ignore(MqttRule):
    def __init__(self, injection: Injection) -> None:
        self._injection = injection

    def loses(self, party: str, direction: Direction, packet: str) -> bool:
        if direction != "up" or packet != "PINGREQ":
            return False
        self._injection.met(party, "PINGREQ unanswered")
        return True
