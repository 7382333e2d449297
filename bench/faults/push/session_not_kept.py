"""The MQTT broker has forgotten everybody."""

from dataclasses import dataclass
from typing import ClassVar

from bench.cloud.mqtt_rule import Client
from bench.faults.fault import Site
from bench.faults.on_clients import ClientRule, OnClients
from bench.injection import Injection, Undo


@dataclass(frozen=True)
class SessionNotKept(OnClients):
    """A client that takes its session up again finds a new one: not subscribed, nothing waiting.

    Attributes:
        cut: whether these vehicles' open connections are closed first, as by a broker that was
            restarted.
    """

    acts_on: ClassVar[str] = "sessions at the broker"
    must: ClassVar[str] = "look at CONNACK's session-present flag, and subscribe again"
    shown_by: ClassVar[str] = (
        "MQTT session expiry; brokers that restart without persistence (assumed)"
    )

    cut: bool = True

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Forget the session of whoever connects."""
        remove = site.cloud.mqtt.add(_Forget(self, site, injection))
        if self.cut:
            self.cut_open(site, injection)
        return remove


class _Forget(ClientRule):
    def forgets(self, client: Client) -> bool:
        if not self.meets(client):
            return False
        self.injection.met(client.party, "session forgotten")
        return True
