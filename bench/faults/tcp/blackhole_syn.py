"""Connection attempts vanish."""

from dataclasses import dataclass
from typing import ClassVar

from bench.faults.on_links import OnLinks
from bench.faults.syn import Unanswered
from bench.injection import Injection
from bench.network.toxic import Toxic


@dataclass(frozen=True)
class BlackholeSyn(OnLinks):
    """New connections are never answered, so only a time-out ends them; open ones live on."""

    must: ClassVar[str] = "give up connecting within some ten seconds"
    shown_by: ClassVar[str] = (
        "Toxiproxy issue #410 asks for it; Azure, 29 October 2025: time-outs, of what is assumed"
    )

    def toxic(self, injection: Injection) -> Toxic:
        """Return what drops SYNs on a link."""
        return Unanswered(injection, "drop", cut=False)
