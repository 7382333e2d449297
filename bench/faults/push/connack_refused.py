"""The MQTT broker lets nobody in."""

from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from bench.cloud.mqtt_rule import Client, Refusal
from bench.faults.fault import Site
from bench.faults.on_clients import ClientRule, OnClients, check_reason
from bench.faults.other_server import OtherServer
from bench.injection import Injection, Undo, together
from bench.network import mqtt_reasons as reasons

# MQTT 3.1.1 table 3.1, MQTT 5 §3.2.2.2; what 3.1.1 has no word for, brokers call "unavailable"
REASONS = {
    "unavailable": Refusal(3, reasons.UNAVAILABLE),
    "bad_credentials": Refusal(4, reasons.BAD_CREDENTIALS),
    "not_authorised": Refusal(5, reasons.NOT_AUTHORISED),
    "quota": Refusal(3, reasons.QUOTA_EXCEEDED),
    "busy": Refusal(3, reasons.BUSY),
    "banned": Refusal(5, reasons.BANNED),
    "rate_exceeded": Refusal(3, reasons.RATE_EXCEEDED),
    "use_another_server": Refusal(3, reasons.USE_ANOTHER_SERVER),
    "server_moved": Refusal(3, reasons.SERVER_MOVED),
}


@dataclass(frozen=True)
class ConnackRefused(OnClients):
    """Every CONNECT is answered, by a CONNACK that refuses it; names, TCP and TLS work.

    Attributes:
        reason: what the broker says.
        server: MQTT 5, with use_another_server and server_moved: where it sends clients ("": it
            does not say). Below maker.example a broker is there that lets them in, for as long as
            the fault is in force; the broker's own name sends them round in a circle; any other
            leads nowhere.
        cut: whether these vehicles' open connections are closed first, as by a broker that was
            restarted.
    """

    must: ClassVar[str] = "back off, and not take a refusal for a lost entitlement"
    shown_by: ClassVar[str] = (
        "MQTT 5 §3.2.2.2 lists the reasons; when brokers give which is assumed"
    )

    reason: Literal[
        "unavailable", "bad_credentials", "not_authorised", "quota", "busy", "banned",
        "rate_exceeded", "use_another_server", "server_moved",
    ] = "unavailable"  # fmt: skip
    server: str = ""
    cut: bool = True

    def check(self, site: Site) -> object:
        """Raise ConfigError where there is no MQTT, or the reason sends nobody elsewhere."""
        check_reason(self.reason, self.server, "connack_refused")
        return super().check(site)

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Refuse every CONNECT."""
        refusal = replace(REASONS[self.reason], server=self.server)
        other = OtherServer(site, self.server)
        remove = site.cloud.mqtt.add(_Refuse(self, site, injection, refusal, other))
        if self.cut:
            self.cut_open(site, injection)
        return together([remove, other.close])


class _Refuse(ClientRule):
    def __init__(
        self,
        which: ConnackRefused,
        site: Site,
        injection: Injection,
        refusal: Refusal,
        other: OtherServer,
    ) -> None:
        super().__init__(which, site, injection)
        self._refusal, self._other = refusal, other

    def refuses(self, client: Client, host: str) -> Refusal | None:
        if self._other.is_called(host) or not self.meets(client):
            return None
        self.injection.met(client.party, "CONNECT refused")
        return self._refusal
