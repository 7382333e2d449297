"""How the parties of a station reach its cloud: clients, push channels, and whom they trust."""

from collections.abc import Mapping
from typing import Protocol

from bench.clock.timebase import Timebase
from bench.clock.unit_clock import UnitClock
from bench.journal import Journal
from bench.network.http_client import HttpClient, Timeouts
from bench.network.network import Network
from bench.network.revocation_check import PATIENCE, RevocationCheck
from bench.network.trust import Trust, trust_of
from bench.station import witness
from bench.telematics.policy import TelematicsPolicy
from bench.telematics.push.channel import PushWay
from bench.telematics.push.websocket import Websocket


class Client(Protocol):
    """A party's way to the cloud, to be closed with the station."""

    async def close(self) -> None:
        """Close it."""
        ...


class Ways:
    """Every party's way to the cloud.

    Args:
        network: what the ways lead through.
        time: the bench's clock.
        journal: where exchanges are recorded.
        vin: the judged vehicle, which client certificates name.
        clocks: per party the calendar clock that it judges certificates by, where it has its own.

    Attributes:
        clients: what has been opened, to be closed.
    """

    def __init__(
        self,
        network: Network,
        time: Timebase,
        journal: Journal,
        vin: str,
        clocks: Mapping[str, UnitClock],
    ) -> None:
        self._network, self._time, self._journal = network, time, journal
        self._vin, self._clocks = vin, clocks
        self.clients: list[Client] = []

    def http(self, party: str, timeouts: Timeouts) -> HttpClient:
        """Return a party's client of the cloud's HTTP interface."""
        client = HttpClient(
            party, self._network.names, self._journal, timeouts=timeouts, trust=self._trust(party)
        )
        self.clients.append(client)
        return client

    def push(self, party: str, policy: TelematicsPolicy) -> PushWay:
        """Return a unit's way to the push service, by the protocol that it speaks."""
        patience_s = policy.connect_timeout_s
        if policy.push == "websocket":
            return Websocket(self.http(party, Timeouts(patience_s, patience_s)))
        from bench.network.mqtt_client import MqttClient
        from bench.telematics.push.mqtt import Mqtt

        client = MqttClient(
            party, self._network.names, self._journal, connect_s=patience_s,
            trust=self._trust(party),
        )  # fmt: skip
        self.clients.append(client)
        return Mqtt(client)

    async def close(self) -> None:
        """Close them all."""
        for client in self.clients:
            await client.close()

    def _trust(self, party: str) -> Trust:
        """Return what a party trusts; with mutual TLS it shows a certificate for its vehicle."""
        vin = witness.VIN if party in {witness.PHONE, witness.TCU} else self._vin
        certificates = self._network.certificates
        trust = trust_of(certificates, vin, self._clocks.get(party))
        self._network.trusts[party] = trust
        if certificates.ocsp != "off":
            asking = HttpClient(party, self._network.names, self._journal, timeouts=PATIENCE)
            self.clients.append(asking)
            trust.status = RevocationCheck(
                asking, certificates.authority, certificates.ocsp, self._time
            )
        return trust
