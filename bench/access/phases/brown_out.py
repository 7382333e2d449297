"""The cloud half fails: some of it, and slowly."""

import math
from collections.abc import Iterator
from dataclasses import fields, replace
from itertools import pairwise
from typing import Any, ClassVar, cast

from bench.access.choosing.campaign_phase import CampaignPhase, Span
from bench.access.outage import Phase
from bench.faults.commands import CommandsOf
from bench.faults.injector import parse_fault, spec_of

SLOW = "latency:delay_s=1.0,jitter_s=0.5"
SHARE = 0.5
WINDOW_S = 5.0
# few commands come, and what is done to one takes a while: the witness sends one in half a minute
COMMANDS_WINDOW_S = 30.0


class BrownOut(CampaignPhase):
    """Half of what would fail fails, and everything is slow.

    A fault that can meet a share of what comes meets half of it; any other is there for half the
    time, in windows of five seconds, and so is one of commands, of which few come, in windows of
    half a minute. The owner acts in the middle of such a window.
    """

    of: ClassVar[str] = "brown-out"
    must: ClassVar[str] = "have deadlines; take neither one success nor one failure for the rule"

    def schedule(self, spec: str, span: Span) -> tuple[Phase, ...]:
        """Return one phase for a share, or a window after the other."""
        fault: Any = parse_fault(spec, source=self.name)
        of_commands = isinstance(fault, CommandsOf)
        if "share" in {field.name for field in fields(fault)} and not of_commands:
            half = spec_of(cast("Any", replace(fault, share=fault.share * SHARE)))
            return (Phase(self.of, span.length_s, (half, SLOW)),)
        window_s = COMMANDS_WINDOW_S if of_commands else WINDOW_S
        return tuple(
            Phase(self.of, length_s, (spec, SLOW) if there else (SLOW,))
            for length_s, there in _windows(span, window_s)
        )


def _windows(span: Span, window_s: float) -> Iterator[tuple[float, bool]]:
    """Yield how long each stretch of the outage is, and whether the fault is there in it."""
    first_s = span.act_s - window_s / 2
    before, after = math.ceil(first_s / window_s), math.ceil((span.length_s - first_s) / window_s)
    edges = [first_s + number * window_s for number in range(-before, after)]
    cuts = [0.0, *(edge_s for edge_s in edges if 0 < edge_s < span.length_s), span.length_s]
    for from_s, until_s in pairwise(cuts):
        number = math.floor(((from_s + until_s) / 2 - first_s) / window_s)
        yield until_s - from_s, number % 2 == 0
