"""Whether what went on working in an outage, by its sources, does so here, too."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.judge.stranded import is_told
from bench.judge.stretches import without
from bench.judge.verdict import Verdict

WORDS = {True: "so here, too", False: "not here", None: "not known here"}


@dataclass(frozen=True)
class Kept:
    """One path that went on working, by the sources.

    Attributes:
        path: which.
        here: whether it helped whoever carried it all through the outage on this bench, as it did
            without (None: it was not tried, or could not be told).
        reason: of the first verdict in which it did not.
    """

    path: str
    here: bool | None
    reason: str = ""

    def __str__(self) -> str:
        """Return it in words."""
        why = f" ({self.reason})" if self.reason else ""
        return f"{self.path}: {WORDS[self.here]}{why}"


def kept_working(paths: Sequence[str], verdicts: Iterable[Verdict]) -> list[Kept]:
    """Return for each path whether it went on working here."""
    run = [v for v in verdicts if v.tells_of_its_path]
    return [_kept(path, [v for v in run if v.path == path]) for path in paths]


def _kept(path: str, run: list[Verdict]) -> Kept:
    before = {(v.owner, v.intent): list(v.helpless) for v in run if v.outage is None}
    tried = [v for v in run if v.outage is not None]
    told = [v for v in tried if is_told(v)]
    lost = [v for v in told if without(list(v.helpless), before.get((v.owner, v.intent), []))]
    if lost:
        return Kept(path, here=False, reason=f"{lost[0].owner}, {lost[0].intent}: {lost[0].reason}")
    return Kept(path, here=True if told and len(told) == len(tried) else None)
