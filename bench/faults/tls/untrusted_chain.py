"""The cloud's certificate is not to be trusted."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from bench.faults.certificate import present
from bench.faults.fault import Site
from bench.injection import Injection, Undo


@dataclass(frozen=True)
class UntrustedChain:
    """The cloud's certificate is from an authority that nobody trusts; open connections live on.

    Attributes:
        service: which service ("api", "push", "any").
    """

    must: ClassVar[str] = "refuse the connection, retry slowly, keep local keys working"
    shown_by: ClassVar[str] = "DST Root X3, 30 September 2021: an expired root"

    service: Literal["api", "push", "any"] = "any"

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Present this certificate in every handshake."""
        return present(site, injection, service=self.service, kind="untrusted")
