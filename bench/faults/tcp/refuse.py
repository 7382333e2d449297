"""Nobody listens."""

from dataclasses import dataclass
from typing import ClassVar

from bench.faults.on_links import OnLinks
from bench.faults.syn import Unanswered
from bench.injection import Injection
from bench.network.toxic import Toxic


@dataclass(frozen=True)
class Refuse(OnLinks):
    """Connections are refused, and open ones are cut: the service is not there.

    Toxiproxy calls this a proxy that is down.
    """

    must: ClassVar[str] = "back off with jitter; say that nothing was sent"
    shown_by: ClassVar[str] = "Toxiproxy's down; back-ends whose processes have died (assumed)"

    def toxic(self, injection: Injection) -> Toxic:
        """Return what refuses on a link."""
        return Unanswered(injection, "refuse", cut=True)
