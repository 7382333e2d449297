"""The MQTT broker throws everybody out, again and again."""

import asyncio
from dataclasses import dataclass
from typing import ClassVar, Literal

from bench.faults.fault import Site
from bench.faults.on_clients import OnClients, check_reason
from bench.faults.other_server import OtherServer
from bench.injection import Injection, Undo
from bench.network import mqtt_reasons as reasons
from bench.units import Positive

# those that MQTT 5 §3.14.2.1 gives to a DISCONNECT
REASONS = {
    "keep_alive_timeout": reasons.KEEP_ALIVE_TIMEOUT,
    "busy": reasons.BUSY,
    "shutting_down": reasons.SHUTTING_DOWN,
    "quota": reasons.QUOTA_EXCEEDED,
    "administrative": reasons.ADMINISTRATIVE,
    "use_another_server": reasons.USE_ANOTHER_SERVER,
    "server_moved": reasons.SERVER_MOVED,
    "rate_exceeded": reasons.RATE_EXCEEDED,
    "maximum_connect_time": reasons.MAXIMUM_CONNECT_TIME,
}


@dataclass(frozen=True)
class BrokerDisconnects(OnClients):
    """Clients are let in, and thrown out again with a DISCONNECT that says why.

    In MQTT 3.1.1 a server has no DISCONNECT: the connection ends without a word. A client that
    takes each CONNACK for a success, and begins its back-off anew, comes back at once for ever.

    Attributes:
        reason: what the broker says.
        period_s: how often.
        server: with use_another_server and server_moved: where it sends clients ("": it does not
            say), as in connack_refused; who is there is left alone.
    """

    must: ClassVar[str] = "come back with back-off, which only a connection that has lived resets"
    shown_by: ClassVar[str] = (
        "MQTT 5 §3.14.2.1 lists the reasons; when brokers give which is assumed"
    )

    reason: Literal[
        "keep_alive_timeout", "busy", "shutting_down", "quota", "administrative",
        "use_another_server", "server_moved", "rate_exceeded", "maximum_connect_time",
    ] = "keep_alive_timeout"  # fmt: skip
    period_s: Positive = 10.0
    server: str = ""

    def check(self, site: Site) -> object:
        """Raise ConfigError where there is no MQTT, or the reason sends nobody elsewhere."""
        check_reason(self.reason, self.server, "broker_disconnects")
        return super().check(site)

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Throw everybody out now and every `period_s`."""
        loop = asyncio.get_running_loop()
        timer: list[asyncio.TimerHandle] = []

        takes = self.taking(injection)
        broker, other = site.cloud.broker, OtherServer(site, self.server)

        def throw_out() -> None:
            for session in broker.live() if broker is not None else ():
                there = broker is not None and other.is_called(broker.called_by(session))
                if not there and self.means(site, session.user) and takes():
                    injection.met(session.whose.party, "open connection closed")
                    session.end(REASONS[self.reason], self.server)
            timer[:] = [loop.call_later(self.period_s, throw_out)]

        throw_out()

        def undo() -> None:
            timer[0].cancel()  # the one that is set by then
            other.close()

        return undo
