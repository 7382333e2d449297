"""The cloud's certificate is for another host."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from bench.faults.certificate import present
from bench.faults.fault import Site
from bench.injection import Injection, Undo


@dataclass(frozen=True)
class WrongHost:
    """The cloud's certificate is in order, and for another host; open connections live on.

    Attributes:
        service: which service ("api", "push", "any").
    """

    must: ClassVar[str] = "refuse the connection, retry slowly, keep local keys working"
    shown_by: ClassVar[str] = (
        "assumed; RFC 9525 (service identity in TLS) says why names are checked"
    )
    by_name_only: ClassVar[bool] = True

    service: Literal["api", "push", "any"] = "any"

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Present this certificate in every handshake."""
        return present(site, injection, service=self.service, kind="wrong_host")
