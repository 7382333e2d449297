"""The MQTT broker as faults find it: whether there is one, and what is open at it."""

from bench.errors import ConfigError
from bench.faults.fault import Site
from bench.injection import Injection

SHUTTING_DOWN = 0x8B  # MQTT 5 §3.14.2.1: server shutting down
ELSEWHERE = ("use_another_server", "server_moved")


def need_broker(site: Site, fault: str) -> None:
    """Raise ConfigError where no telematics unit is reached over MQTT."""
    if site.cloud.broker is None:
        raise ConfigError(f'{fault} acts on MQTT: the bench file must say telematics.push = "mqtt"')


def need_reason(reason: str, server: str, fault: str) -> None:
    """Raise ConfigError where a server is named, and the reason sends nobody to one."""
    if server and reason not in ELSEWHERE:
        raise ConfigError(
            f"{fault}: server: only {' and '.join(ELSEWHERE)} send clients to another server, "
            f"and the reason is {reason}"
        )


def cut_all(
    site: Site, injection: Injection, reason: int = SHUTTING_DOWN, server: str = ""
) -> None:
    """Close every connection to the broker, as a broker does that is being restarted."""
    broker = site.cloud.broker
    for session in broker.live() if broker is not None else ():
        injection.met(session.client, "open connection closed")
        session.end(reason, server)
