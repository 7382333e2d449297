"""MQTT acknowledgements are lost."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from bench.cloud.mqtt_rule import Client, Direction
from bench.faults.fault import Site
from bench.faults.on_clients import ClientRule, OnClients
from bench.injection import Injection, Undo


@dataclass(frozen=True)
class PubackLost(OnClients):
    """A message arrives and its acknowledgement does not, so it comes again.

    MQTT repeats what was not acknowledged when the client connects the next time, marked as a
    duplicate, and sends no more than a window (here 20) of messages meanwhile.

    Attributes:
        whose: the vehicle's acknowledgements of commands, or the broker's of reports.
    """

    acts_on: ClassVar[str] = "acknowledgements"
    must: ClassVar[str] = "execute each command once, by its own identifier and not MQTT's"
    shown_by: ClassVar[str] = 'MQTT 3.1.1 §4.4: "at least once" is redelivered on reconnect'

    whose: Literal["vehicle", "broker"] = "vehicle"

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Lose acknowledgements in one direction."""
        direction: Direction = "up" if self.whose == "vehicle" else "down"
        return site.cloud.mqtt.add(_Lose(self, site, injection, direction))


class _Lose(ClientRule):
    def __init__(
        self, which: PubackLost, site: Site, injection: Injection, direction: Direction
    ) -> None:
        super().__init__(which, site, injection)
        self._direction = direction

    def loses(self, client: Client, direction: Direction, packet: str) -> bool:
        if direction != self._direction or packet != "PUBACK" or not self.meets(client):
            return False
        self.injection.met(client.party, "PUBACK lost")
        return True
