"""The cloud's certificate has expired."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from bench.faults.certificate import present
from bench.faults.fault import Fault, Site
from bench.injection import Injection, Undo


@dataclass(frozen=True)
class CertExpired(Fault):
    """The cloud presents a certificate that has expired; open connections live on or are cut.

    Attributes:
        service: which service ("api", "push", "any").
        cut: whether open connections are closed first, as by a front that was restarted.
    """

    acts_on: ClassVar[str] = "handshakes"
    must: ClassVar[str] = "refuse the connection, retry slowly, keep local keys working"
    shown_by: ClassVar[str] = (
        "Ericsson and O2, 6 December 2018; a maker's log-in host, 27 September 2025"
    )

    service: Literal["api", "push", "any"] = "any"
    cut: bool = False

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Present this certificate in every handshake."""
        return present(site, injection, service=self.service, kind="expired", cut=self.cut)
