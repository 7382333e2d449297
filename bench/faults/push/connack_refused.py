"""The MQTT broker lets nobody in."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from bench.cloud.mqtt_rule import MqttRule, Refusal
from bench.faults.broker_cut import cut_all, need_broker
from bench.faults.fault import Site
from bench.injection import Injection, Undo

# MQTT 3.1.1 table 3.1, MQTT 5 §3.2.2.2; 3.1.1 has no word for "quota", brokers say "unavailable"
REASONS = {
    "unavailable": Refusal(3, 0x88),
    "bad_credentials": Refusal(4, 0x86),
    "not_authorised": Refusal(5, 0x87),
    "quota": Refusal(3, 0x97),
}


@dataclass(frozen=True)
class ConnackRefused:
    """Every CONNECT is answered, by a CONNACK that refuses it; names, TCP and TLS work.

    Attributes:
        reason: what the broker says.
        cut: whether open connections are closed first, as by a broker that was restarted.
    """

    must: ClassVar[str] = "back off, and not take a refusal for a lost entitlement"
    shown_by: ClassVar[str] = (
        "MQTT 5 §3.2.2.2 lists the reasons; when brokers give which is assumed"
    )
    push: ClassVar[str] = "mqtt"

    reason: Literal["unavailable", "bad_credentials", "not_authorised", "quota"] = "unavailable"
    cut: bool = True

    def check(self, site: Site) -> None:
        """Raise ConfigError where there is no MQTT."""
        need_broker(site, "connack_refused")

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Refuse every CONNECT."""
        remove = site.cloud.mqtt.add(_Refuse(REASONS[self.reason], injection))
        if self.cut:
            cut_all(site, injection)
        return remove


class _Refuse(MqttRule):
    def __init__(self, refusal: Refusal, injection: Injection) -> None:
        self._refusal, self._injection = refusal, injection

    def refuses(self, party: str) -> Refusal:
        self._injection.met(party, "CONNECT refused")
        return self._refusal
