"""The cloud is back, and not what it was."""

from typing import ClassVar

from bench.access.choosing.campaign_phase import CampaignPhase, Span, fault_name
from bench.access.outage import Phase

RESIDUE = ("sessions_lost", "counters_apart")
DOWN = 0.8  # share of the time until the owner acts: what is repeated 8 s later is met in it


class Aftermath(CampaignPhase):
    """The fault has gone; sessions are lost, and the cloud counts commands from an older store."""

    of: ClassVar[str] = "aftermath"
    must: ClassVar[str] = "say what the owner has to do; keep local keys of who was logged out"

    def meets(self, spec: str, span: Span) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return the fault while it is down, and what it leaves behind."""
        del span
        failed = fault_name(spec)
        left = tuple(name for name in RESIDUE if name != failed)  # what was lost is not lost again
        return (("down", (failed,)), (self.of, left))

    def schedule(self, spec: str, span: Span) -> tuple[Phase, ...]:
        """Return the fault for a while, then what it leaves behind."""
        down_s = span.act_s * DOWN
        return (Phase("down", down_s, (spec,)), Phase(self.of, span.length_s - down_s, RESIDUE))
