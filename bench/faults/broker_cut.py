"""Closing what is open at the MQTT broker: what several faults begin with."""

from bench.faults.fault import Site
from bench.injection import Injection

SHUTTING_DOWN = 0x8B  # MQTT 5 §3.14.2.1: server shutting down


def cut_all(site: Site, injection: Injection) -> None:
    """Close every connection to the broker, as a broker does that is being restarted."""
    broker = site.cloud.broker
    for session in broker.live() if broker is not None else ():
        injection.met(session.client, "open connection closed")
        session.end(SHUTTING_DOWN)
