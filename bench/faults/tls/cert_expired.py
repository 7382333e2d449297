"""The cloud's certificate has expired."""

from dataclasses import dataclass
from typing import ClassVar

from bench.faults.on_handshakes import OnHandshakes
from bench.network.certificates import Shown
from bench.units import S_PER_DAY, Positive


@dataclass(frozen=True)
class CertExpired(OnHandshakes):
    """The cloud presents a certificate that has expired; open connections live on or are cut.

    Attributes:
        by_s: how long ago it has expired, when it is first shown.
    """

    must: ClassVar[str] = "refuse the connection, retry slowly, keep local keys working"
    shown_by: ClassVar[str] = (
        "Ericsson and O2, 6 December 2018; a maker's log-in host, 27 September 2025"
    )
    problem: ClassVar[str] = "expired"

    by_s: Positive = S_PER_DAY

    def shown(self) -> Shown:
        """Return since when it has expired."""
        return Shown(self.problem, self.by_s)
