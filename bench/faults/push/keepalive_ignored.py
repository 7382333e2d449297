"""The MQTT broker does not answer signs of life."""

from dataclasses import dataclass
from typing import ClassVar

from bench.cloud.mqtt_rule import Client, Direction
from bench.faults.fault import Site
from bench.faults.on_clients import ClientRule, OnClients
from bench.injection import Injection, Undo


@dataclass(frozen=True)
class KeepaliveIgnored(OnClients):
    """PINGREQ is never answered; everything else is.

    A unit cannot tell that from a dead connection. It has to give it up and get another; one
    that waits for ever would, on a connection that really is dead, never be reached again.
    """

    acts_on: ClassVar[str] = "signs of life"
    waits_for: ClassVar[str] = "heartbeat_s"
    must: ClassVar[str] = "take a broker that does not answer for dead, and connect again"
    shown_by: ClassVar[str] = "assumed: connections behind carrier NAT, overloaded brokers"

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Lose every PINGREQ."""
        return site.cloud.mqtt.add(_Ignore(self, site, injection))


class _Ignore(ClientRule):
    def loses(self, client: Client, direction: Direction, packet: str) -> bool:
        if direction != "up" or packet != "PINGREQ" or not self.meets(client):
            return False
        self.injection.met(client.party, "PINGREQ unanswered")
        return True
