"""MQTT acknowledgements are lost."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from bench.cloud.mqtt_rule import Direction, MqttRule
from bench.faults.broker_cut import need_broker
from bench.faults.fault import Fault, Site
from bench.injection import Injection, Undo
from bench.units import Share


@dataclass(frozen=True)
class PubackLost(Fault):
    """A message arrives and its acknowledgement does not, so it comes again.

    MQTT repeats what was not acknowledged when the client connects the next time, marked as a
    duplicate, and sends no more than a window (here 20) of messages meanwhile.

    Attributes:
        whose: the vehicle's acknowledgements of commands, or the broker's of reports.
        share: of the acknowledgements.
    """

    acts_on: ClassVar[str] = "acknowledgements"
    must: ClassVar[str] = "execute each command once, by its own identifier and not MQTT's"
    shown_by: ClassVar[str] = 'MQTT 3.1.1 §4.4: "at least once" is redelivered on reconnect'
    push: ClassVar[str] = "mqtt"

    whose: Literal["vehicle", "broker"] = "vehicle"
    share: Share = 1.0

    def check(self, site: Site) -> None:
        """Raise ConfigError where there is no MQTT."""
        need_broker(site, "puback_lost")

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Lose acknowledgements in one direction."""
        direction: Direction = "up" if self.whose == "vehicle" else "down"
        return site.cloud.mqtt.add(_Lose(direction, self.share, injection))


class _Lose(MqttRule):
    def __init__(self, direction: Direction, share: float, injection: Injection) -> None:
        self._direction, self._share, self._injection = direction, share, injection

    def loses(self, party: str, direction: Direction, packet: str) -> bool:
        if direction != self._direction or packet != "PUBACK":
            return False
        if not self._injection.hits(self._share):
            return False
        self._injection.met(party, "PUBACK lost")
        return True
