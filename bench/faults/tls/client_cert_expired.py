"""The cloud refuses the clients' certificates."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Literal

from bench.errors import ConfigError
from bench.faults.fault import Fault, Site
from bench.faults.on_handshakes import present
from bench.injection import Injection, Undo, together
from bench.network.certificates import Shown
from bench.network.parties import Party, side_of
from bench.network.trust import Trust

DEVICES = {"car": {"tcu"}, "phone": {"phone"}, "both": {"phone", "tcu"}}


@dataclass(frozen=True)
class ClientCertExpired(Fault):
    """Clients show certificates that the cloud refuses with a TLS alert.

    It needs network.mutual_tls. In TLS 1.3 a client has ended its handshake before the server
    looks at its certificate: what it sees is a connection that breaks after its first request, and
    it cannot know whether that was worked on. It was not.

    Attributes:
        side: whose certificates have expired. A real device's lapses by itself: the bench can
            only have it refused (alert).
        party: only this party's ("": everybody's on that side).
        alert: "certificate_expired": they have expired; "unknown_ca": the cloud has been given
            another authority to trust, and refuses everybody's.
        cut: whether open connections are closed first, as by a cloud that was restarted.
    """

    acts_on: ClassVar[str] = "certificates of clients"
    must: ClassVar[str] = "not try again in a tight loop; report it; keep local keys working"
    shown_by: ClassVar[str] = "August 2024: a client certificate expired, integrations were cut off"
    needs: ClassVar[str] = "network.mutual_tls"

    side: Literal["car", "phone", "both"] = "car"
    party: Literal["", Party] = ""
    alert: Literal["certificate_expired", "unknown_ca"] = "certificate_expired"
    cut: bool = True

    def check(self, site: Site) -> object:
        """Raise ConfigError where nobody shows a certificate, or those meant are real devices."""
        if not site.network.certificates.mutual:
            raise ConfigError(
                "client_cert_expired: nobody has to show a certificate: the bench file must say "
                'network.mutual_tls = true (or "push")'
            )
        if self.alert == "unknown_ca" and self.party:
            raise ConfigError(
                "client_cert_expired.party: with alert=unknown_ca the cloud refuses everybody's"
            )
        if why := self.beyond(site.network.real):
            raise ConfigError(f"client_cert_expired: {why}")
        return None

    def beyond(self, real: Collection[str]) -> str:
        """A device's own certificate lapses by itself; the witness's says nothing of it."""
        meant = {self.party} if self.party else DEVICES[self.side]
        if self.alert == "unknown_ca" or not meant <= set(real):
            return ""
        return (
            f"the certificate is on a real device ({', '.join(sorted(meant))}): take "
            "alert=unknown_ca, or give it one that expires (bench provision --days)"
        )

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Let them expire, or the cloud forget who issued them."""
        if self.cut:
            for link in site.network.select(side=self.side, party=self.party):
                link.reset()
        if self.alert == "unknown_ca":
            return present(site, injection, Shown("distrusts_clients"))
        return together(
            [_expire(party, trust, injection) for party, trust in self._showing(site).items()]
        )

    def _showing(self, site: Site) -> dict[str, Trust]:
        """Return the bench's own parties on this side that show one."""
        return {
            party: trust
            for party, trust in site.network.trusts.items()
            if trust.chain is not None
            and party not in site.network.real
            and self.party in {"", party}
            and self.side in {"both", side_of(party)}
        }


def _expire(party: str, trust: Trust, injection: Injection) -> Undo:
    def shown(host: str) -> None:
        injection.met(party, f"expired certificate shown to {host}")

    trust.show("expired")
    return together([trust.watchers.add(shown), partial(trust.show, "valid")])
