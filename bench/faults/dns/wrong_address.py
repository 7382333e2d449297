"""The cloud's names lead to another host."""

from dataclasses import dataclass
from typing import ClassVar

from bench.errors import ConfigError
from bench.faults.fault import Fault, Site
from bench.faults.unresolved import Which, selects
from bench.injection import Injection, Undo
from bench.network.names import Address
from bench.units import Share


@dataclass(frozen=True)
class WrongAddress(Fault):
    """Names resolve to the address of another host, which shows a certificate of its own.

    The other host is the cloud's other service: "api" leads to the push service and the other
    way round. Its certificate is in order, and for another name.

    Attributes:
        names: which names ("api", "push", "any").
        share: of the questions.
    """

    acts_on: ClassVar[str] = "questions for names"
    must: ClassVar[str] = "check the certificate's name, send nothing, ask for the name again"
    shown_by: ClassVar[str] = (
        "assumed; RFC 9525 (service identity in TLS) says why names are checked"
    )
    by_name_only: ClassVar[bool] = True

    names: Which = "any"
    share: Share = 1.0

    def check(self, site: Site) -> None:
        """Raise ConfigError for real devices: all services are at one address there."""
        if site.network.real:
            devices = ", ".join(sorted(site.network.real))
            raise ConfigError(
                f"wrong_address: the bench has one address for {devices}: take wrong_host"
            )

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Answer questions for these names with the other service's address."""
        names = site.network.names

        async def answer(party: str, name: str) -> Address | None:
            if not selects(self.names, name):
                return None
            others = [a for (p, n), a in names.table.items() if p == party and n != name]
            if not others or not injection.hits(self.share):
                return None
            injection.met(party, f"resolve {name}")
            return others[0]

        return names.rules.add(answer)
