"""The cloud's certificate is for another host."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from bench.faults.certificate import present
from bench.faults.fault import Fault, Site
from bench.injection import Injection, Undo


@dataclass(frozen=True)
class WrongHost(Fault):
    """The cloud's certificate is in order, and for another host.

    Open connections live on, or are cut.

    Attributes:
        service: which service ("api", "push", "any").
        cut: whether open connections are closed first, as by a front that was restarted.
    """

    acts_on: ClassVar[str] = "handshakes"
    must: ClassVar[str] = "refuse the connection, retry slowly, keep local keys working"
    shown_by: ClassVar[str] = (
        "assumed; RFC 9525 (service identity in TLS) says why names are checked"
    )

    service: Literal["api", "push", "any"] = "any"
    cut: bool = False

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Present this certificate in every handshake."""
        return present(site, injection, service=self.service, kind="wrong_host", cut=self.cut)
