"""What failed or was doubtful, alike things together; and what was lost honestly."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from bench.judge.cells import column_of
from bench.judge.verdict import Verdict
from bench.judge.worst import BAD


@dataclass(frozen=True)
class Trouble:
    """Verdicts that failed, or could not be earned, alike: same path, failure and oracle.

    Attributes:
        word: fail or inconclusive.
        path: of a test of somebody's own, its name.
        outage: the failure, or "no outage".
        oracle: the one that decided.
        reason: the first one's, in a sentence.
        scenario: the first one's.
    """

    word: str
    path: str
    outage: str
    oracle: str
    intents: tuple[str, ...]
    owners: tuple[str, ...]
    reason: str
    count: int
    scenario: str

    @property
    def carried(self) -> str:
        """Who was asked, and how often if more than once: "" of a test that has not begun."""
        asked = [owner for owner in self.owners if owner]
        return ", ".join([*asked, *([f"{self.count} verdicts"] if self.count > 1 else [])])


def troubles(verdicts: Iterable[Verdict]) -> list[Trouble]:
    """Return what failed or was doubtful: alike things together, the worst first."""
    listed = list(verdicts)
    groups: dict[tuple[str, str, str, str], list[Verdict]] = defaultdict(list)
    for word in BAD:
        for v in listed:
            if v.verdict == word:
                what = v.scenario if v.is_test else v.path
                groups[word, what, column_of(v), v.oracle].append(v)
    return [_trouble(key, group) for key, group in groups.items()]


def _trouble(key: tuple[str, str, str, str], group: list[Verdict]) -> Trouble:
    return Trouble(
        *key,
        intents=tuple(dict.fromkeys(v.intent for v in group if not v.is_test)),
        owners=tuple(dict.fromkeys(v.owner for v in group)),
        reason=group[0].reason,
        count=len(group),
        scenario=group[0].scenario,
    )


def lost(verdicts: Iterable[Verdict]) -> list[str]:
    """Return what did not act in an outage, as may be, and whose owner was told so."""
    return list(
        dict.fromkeys(
            f"{v.path} {v.intent}"
            for v in verdicts
            if v.verdict == "pass" and v.outage and v.outcome in {"refused", "no_effect"}
            if any(j.oracle == "honest_claims" and j.verdict == "pass" for j in v.judgements)
        )
    )
