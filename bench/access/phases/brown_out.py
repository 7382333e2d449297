"""The cloud half fails: some of it, and slowly."""

from dataclasses import fields, replace
from itertools import cycle
from typing import Any, ClassVar, cast

from bench.access.campaign_phase import CampaignPhase, Span
from bench.access.outage import Phase
from bench.faults.commands import CommandsOf
from bench.faults.injector import parse_fault, spec_of

SLOW = "latency:delay_s=1.0,jitter_s=0.5"
SHARE = 0.5
WINDOW_S = 5.0


class BrownOut(CampaignPhase):
    """Half of what would fail fails, and everything is slow.

    A fault that can meet a share of what comes meets half of it; any other is there for half the
    time, in windows of five seconds, and so is one of commands, of which few come.
    """

    of: ClassVar[str] = "brown-out"
    must: ClassVar[str] = "have deadlines; take neither one success nor one failure for the rule"

    def schedule(self, spec: str, span: Span) -> tuple[Phase, ...]:
        """Return one phase for a share, or a window after the other."""
        fault: Any = parse_fault(spec, source=self.name)
        if "share" in {field.name for field in fields(fault)} and not isinstance(fault, CommandsOf):
            half = spec_of(cast("Any", replace(fault, share=fault.share * SHARE)))
            return (Phase(self.of, span.length_s, (half, SLOW)),)
        count = max(2, round(span.length_s / WINDOW_S))
        windows = zip(range(count), cycle(((spec, SLOW), (SLOW,))), strict=False)
        return tuple(Phase(self.of, span.length_s / count, faults) for _, faults in windows)
