"""What the page holds of each verdict beside its row.

Verdicts that stand beside each other are much alike, so some are compressed together: that takes a
quarter of what each by itself would, and the page's script unpacks a few more than it shows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bench.judge.verdict import Verdict
from bench.report.embedding import embedded
from bench.report.payloads import Payload
from bench.report.timeline import Timeline

TOGETHER = 16  # twice as many save a tenth more, and take twice as long to show


@dataclass(frozen=True)
class Evidence:
    """What is known of the verdicts of a run.

    Attributes:
        timelines: by scenario.
        payloads: what their events say, by number.
        shared: which of those the page holds once for all, with their places there.
        beside: per verdict what else it has.
    """

    timelines: Mapping[str, Timeline]
    payloads: list[Payload]
    shared: dict[int, int]
    beside: Sequence[dict[str, Any]]

    def of(self, number: int, verdict: Verdict) -> dict[str, Any]:
        """Return what the page holds of a verdict."""
        timeline = self.timelines.get(verdict.scenario)
        drawn = timeline.packed(self.payloads, self.shared) if timeline is not None else None
        return {"verdict": _fields(verdict), "timeline": drawn, **self.beside[number]}


def packs(verdicts: Sequence[Verdict], evidence: Evidence) -> list[str]:
    """Return the evidence of all verdicts as the page holds it, so many together."""
    return [
        embedded([
            evidence.of(number, verdict)
            for number, verdict in enumerate(verdicts[first : first + TOGETHER], first)
        ])
        for first in range(0, len(verdicts), TOGETHER)
    ]  # fmt: skip


def _fields(verdict: Verdict) -> dict[str, Any]:
    return vars(verdict) | {
        "judgements": [asdict(judgement) for judgement in verdict.judgements],
        "repeat": asdict(verdict.repeat) if verdict.repeat is not None else None,
    }
