"""The cloud's names lead to another host."""

from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address
from typing import ClassVar

from bench.errors import ConfigError
from bench.faults.fault import Site
from bench.faults.questions import Questions
from bench.injection import Injection, Undo
from bench.network.address import Address


@dataclass(frozen=True)
class WrongAddress(Questions):
    """Names resolve to the address of another host, which shows a certificate of its own.

    The other host is the cloud's other service: "api" leads to the push service and the other
    way round. Its certificate is in order, and for another name. With `ip` it is whoever is there.

    Attributes:
        ip: the address that is answered, in IPv4 ("": that of the cloud's other service). The
            bench's own parties go to loopback addresses only, where usually nobody listens
            (127.0.0.99); a real device, named as `party`, goes wherever it is told to.
    """

    must: ClassVar[str] = "check the certificate's name, send nothing, ask for the name again"
    shown_by: ClassVar[str] = (
        "assumed; RFC 9525 (service identity in TLS) says why names are checked"
    )

    ip: str = ""

    def check(self, site: Site) -> None:
        """Raise ConfigError for an address that cannot be given to whoever may ask."""
        met = {p for p, _ in site.network.names.table if self.party in {"", p}}
        real, own = sorted(met & site.network.real), sorted(met - site.network.real)
        if why := self.beyond(real):
            raise ConfigError(f"wrong_address: {why}")
        if self.ip and not _ipv4(self.ip).is_loopback and own:
            raise ConfigError(
                f"wrong_address.ip: {self.ip} is not loopback, and {', '.join(own)} of this bench "
                "must not leave it: take 127.0.0.99, or name a real device (party)"
            )

    def beyond(self, real: Collection[str]) -> str:
        """Without `ip` there has to be a second address of the cloud's."""
        met = sorted(party for party in real if self.party in {"", party})
        if self.ip or not met:
            return ""
        return (
            f"the bench has one address for {', '.join(met)}: take wrong_host, or say which "
            "address (ip)"
        )

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Answer questions for these names with the wrong address."""
        names = site.network.names

        async def answer(party: str, name: str) -> Address | None:
            wrong = self._wrong(site, party, name)
            return wrong if wrong and self.meets(injection, party, name) else None

        return names.rules.add(answer)

    def _wrong(self, site: Site, party: str, name: str) -> Address | None:
        table = site.network.names.table
        if self.ip:
            right = table.get((party, name))
            return (self.ip, right[1]) if right else None
        others = [a for (p, n), a in table.items() if p == party and n != name]
        return others[0] if others else None


def _ipv4(text: str) -> IPv4Address:
    """Return an address; raises ConfigError for what is none."""
    try:
        return IPv4Address(text)
    except AddressValueError:
        raise ConfigError(f'wrong_address.ip: "{text}" is no IPv4 address: 127.0.0.99') from None
