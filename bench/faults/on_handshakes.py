"""Faults of the certificate that the cloud presents: which handshakes they meet."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from bench.faults.fault import Fault, Site
from bench.faults.sample import Sample
from bench.injection import Injection, Undo
from bench.network.certificates import Shown


@dataclass(frozen=True, kw_only=True)
class OnHandshakes(Fault, Sample):
    """A bad certificate, presented in the handshakes that are met; open connections live on.

    In a handshake the cloud knows by which name it was called, and not yet by whom.

    Attributes:
        service: of which service ("api", "push", "any").
        cut: whether open connections are closed first, as by a front that was restarted.
    """

    acts_on: ClassVar[str] = "handshakes"
    problem: ClassVar[str]

    service: Literal["api", "push", "any"] = "any"
    cut: bool = False

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Present the certificate."""
        if self.cut:
            for link in site.network.select(self.service):
                link.reset()
        return present(site, injection, self.shown(), self, self.service)

    def shown(self) -> Shown:
        """Return what is wrong with the certificate."""
        return Shown(self.problem)


ALL = Sample()


def present(
    site: Site, injection: Injection, shown: Shown, sample: Sample = ALL, service: str = "any"
) -> Undo:
    """Present a bad certificate in a sample of a service's handshakes; count each."""
    takes = sample.taking(injection)

    def choose(host: str) -> Shown | None:
        if service not in {"any", host.partition(".")[0]} or not takes():
            return None
        injection.met("client", f"handshake with {host}")
        return shown

    return site.network.certificates.rules.add(choose)
