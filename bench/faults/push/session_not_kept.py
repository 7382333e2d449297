"""The MQTT broker has forgotten everybody."""

from dataclasses import dataclass
from typing import ClassVar

from bench.cloud.mqtt_rule import MqttRule
from bench.faults.broker_cut import cut_all, need_broker
from bench.faults.fault import Fault, Site
from bench.injection import Injection, Undo


@dataclass(frozen=True)
class SessionNotKept(Fault):
    """A client that takes its session up again finds a new one: not subscribed, nothing waiting.

    Attributes:
        cut: whether open connections are closed first, as by a broker that was restarted.
    """

    acts_on: ClassVar[str] = "sessions at the broker"
    must: ClassVar[str] = "look at CONNACK's session-present flag, and subscribe again"
    shown_by: ClassVar[str] = (
        "MQTT session expiry; brokers that restart without persistence (assumed)"
    )
    push: ClassVar[str] = "mqtt"

    cut: bool = True

    def check(self, site: Site) -> None:
        """Raise ConfigError where there is no MQTT."""
        need_broker(site, "session_not_kept")

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Forget the session of whoever connects."""
        remove = site.cloud.mqtt.add(_Forget(injection))
        if self.cut:
            cut_all(site, injection)
        return remove


class _Forget(MqttRule):
    def __init__(self, injection: Injection) -> None:
        self._injection = injection

    def forgets(self, party: str) -> bool:
        self._injection.met(party, "session forgotten")
        return True
