"""Every link of a scenario: who is connected to which service, and through what."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bench.errors import StationError
from bench.events import BadCertificateAccepted, BenchFault, HandshakeFailed
from bench.injection import Undo, together
from bench.journal import Journal
from bench.network.address import Address
from bench.network.certificates import Certificates
from bench.network.exposure import Exposure
from bench.network.link import Link, Peers
from bench.network.names import Names
from bench.network.parties import side_of
from bench.network.toxic import Toxic
from bench.network.trust import Trust
from bench.network.wiretap import Wiretap

DOMAIN = "maker.example"
LOOPBACK = "127.0.0.1"
WITHIN = Exposure(LOOPBACK)
MOBILE_DELAY_S = 0.04  # assumed: half of a common LTE round trip


@dataclass(frozen=True)
class Service:
    """Something of the cloud that listens.

    Attributes:
        name: short name ("api", "push").
        address: where it really listens.
    """

    name: str
    address: Address

    @property
    def host(self) -> str:
        """The name that parties ask for."""
        return f"{self.name}.{DOMAIN}"


class Network:
    """Names, certificates and links of one scenario.

    Args:
        journal: where all of it is recorded.
        delay_s: how long each chunk takes on a link, one way.
        certificates: what the cloud presents; by default of the built-in maker's authority.
        tap: what listens to every link, if anything does.
    """

    def __init__(
        self,
        journal: Journal,
        *,
        delay_s: float = MOBILE_DELAY_S,
        certificates: Certificates | None = None,
        tap: Wiretap | None = None,
    ) -> None:
        self.journal = journal
        self._tap = tap
        self.names = Names(journal, tap=tap)
        self.certificates = certificates or Certificates()
        self.certificates.on_failed = self._on_handshake_failed
        self.links: dict[tuple[str, str], Link] = {}
        self.real: set[str] = set()  # parties that are real devices
        self.trusts: dict[str, Trust] = {}  # how the others meet servers
        self.peers: Peers = {}
        self.names.asked.add(self._on_asked)
        self._delay_s = delay_s
        self._services: dict[str, Service] = {}

    def expose(self, service: str, address: Address) -> Service:
        """Make a service of the cloud known, by where it really listens."""
        exposed = self._services[service] = Service(service, address)
        return exposed

    async def connect(self, party: str, *, mqtt: bool = False, exposure: Exposure = WITHIN) -> None:
        """Give a party a link to every service that is exposed.

        What it calls push is the WebSocket service, or with `mqtt` the broker: one name, one link
        and the same faults, whichever of them it speaks. A real device brings its own delay.

        Raises StationError where an address cannot be had.
        """
        delay_s = self._delay_s if exposure is WITHIN else 0.0
        if exposure is not WITHIN:
            self.real.add(party)
        behind = {"push": "mqtt"} if mqtt else {}
        for service in self._services.values():
            if service.name == "mqtt":
                continue
            upstream = self._services[behind.get(service.name, service.name)].address
            link = Link(
                party, service.name, upstream, delay_s=delay_s, journal=self.journal,
                peers=self.peers, tap=self._tap,
            )  # fmt: skip
            self.links[party, service.name] = link
            port = exposure.ports.get(service.name, 0)
            try:
                address = await link.open(exposure.host, port, unsafe=exposure.unsafe)
            except StationError as error:
                key = f"network.{service.name}_port" if port else "network"
                raise StationError(f"{key}: {error}: {service.name} for {party}") from None
            self.names.table[party, service.host] = address

    async def move(self, host: str) -> Undo:
        """Have every link listen at another host, to which names lead; return what goes back."""
        backs: list[Undo] = []
        before = dict(self.names.table)
        for (party, service), link in self.links.items():
            backs.append(await link.move(host))
            self.names.table[party, self._services[service].host] = link.address

        def back() -> None:
            self.names.table.update(before)
            for each in backs:
                each()

        return back

    def party_at(self, peer: Address | None) -> str | None:
        """Return whose connection reaches the cloud from an address, or None."""
        return self.peers.get((peer[0], peer[1])) if peer else None

    def called(self, transport: Any) -> str:
        """Return the name that a client has called, by the server's end of its connection."""
        tls = transport.get_extra_info("ssl_object") if transport is not None else None
        return self.certificates.asked(tls)

    def look_at(self, transport: Any, party: str, cause: int | None) -> None:
        """Write down that a party goes on where its server has shown it a bad certificate.

        A revoked one counts where the party was told so, or is the bench's own and never asks: a
        real device knows of no responder.

        Args:
            transport: the server's end of the connection that data has come over.
            party: whose data.
            cause: the entry of its sending.
        """
        tls = transport.get_extra_info("ssl_object") if transport is not None else None
        bad = self.certificates.bad(tls)
        if bad is None:
            return
        host, problem = bad
        trust = self.trusts.get(party)
        asks = trust is None or trust.status is not None
        if problem == "revoked" and asks and party not in (self.certificates.told_revoked or ()):
            return
        self.journal.write(BadCertificateAccepted(party, host, problem), cause)

    def _on_handshake_failed(self, host: str, why: str) -> None:
        if self.real:  # the bench's own parties say themselves what they met
            self.journal.write(HandshakeFailed(host, why))

    def counted(self, party: str) -> tuple[int, int]:
        """Return how many bytes a party's links have carried so far, up and down."""
        links = [link for (whose, _), link in self.links.items() if whose == party]
        return sum(link.up_bytes for link in links), sum(link.down_bytes for link in links)

    def _on_asked(self, party: str, name: str) -> None:
        link = self.links.get((party, name.partition(".")[0]))
        if link is not None:
            link.attempted()

    def select(self, service: str = "any", side: str = "both", party: str = "") -> Iterator[Link]:
        """Yield links by service ("api", "push", "any"), side ("phone", "car", "both") and party.

        The witness's links are on the same sides as the judged ones.
        """
        for (whose, name), link in list(self.links.items()):
            mine = side in {"both", side_of(whose)} and party in {"", whose}
            if service in {"any", name} and mine:
                yield link

    def put(
        self, make: Callable[[], Toxic], service: str = "any", side: str = "both", party: str = ""
    ) -> Undo:
        """Put a toxic on every selected link; return what takes them all off."""
        undos = [link.add(make()) for link in self.select(service, side, party)]
        if not undos:
            self.journal.write(BenchFault(f"toxic on {service}/{side}", "no such link"))
        return together(undos)

    def close(self) -> None:
        """Close every link."""
        for link in self.links.values():
            link.close()
