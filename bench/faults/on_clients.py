"""Which clients of the MQTT broker a fault meets: what faults of the broker have in common."""

from dataclasses import dataclass
from typing import ClassVar

from bench.cloud.mqtt_rule import Client, MqttRule
from bench.errors import ConfigError
from bench.faults.fault import Site, name_of
from bench.faults.on_vehicles import OnVehicles
from bench.faults.sample import Sample
from bench.injection import Injection
from bench.network import mqtt_reasons as reasons

ELSEWHERE = ("use_another_server", "server_moved")


@dataclass(frozen=True, kw_only=True)
class OnClients(OnVehicles, Sample):
    """A fault of the broker: a client is met as the vehicle that it has proved to be."""

    acts_on: ClassVar[str] = "clients of the broker"
    push: ClassVar[str] = "mqtt"

    def check(self, site: Site) -> object:
        """Raise ConfigError where no unit is reached over MQTT, or for a vehicle not here."""
        if site.cloud.broker is None:
            raise ConfigError(
                f'{name_of(self)} acts on MQTT: the bench file must say telematics.push = "mqtt"'
            )
        return super().check(site)

    def cut_open(self, site: Site, injection: Injection) -> None:
        """Close each open connection of these vehicles, as a broker that is being restarted."""
        broker = site.cloud.broker
        for session in broker.live() if broker is not None else ():
            if self.means(site, session.user):
                injection.met(session.whose.party, "open connection closed")
                session.end(reasons.SHUTTING_DOWN)


class ClientRule(MqttRule):
    """A disturbance of the broker that meets the clients of a fault.

    Args:
        which: the fault.
        site: where.
        injection: counts them.
    """

    def __init__(self, which: OnClients, site: Site, injection: Injection) -> None:
        self.injection = injection
        self._which, self._site, self._takes = which, site, which.taking(injection)

    def meets(self, client: Client) -> bool:
        """Whether one more thing of a client is met; draws for the share."""
        return self._which.means(self._site, client.vin) and self._takes()


def check_reason(reason: str, server: str, fault: str) -> None:
    """Raise ConfigError where a server is named, and the reason sends nobody to one."""
    if server and reason not in ELSEWHERE:
        raise ConfigError(
            f"{fault}: server: only {' and '.join(ELSEWHERE)} send clients to another server, "
            f"and the reason is {reason}"
        )
