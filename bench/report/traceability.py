"""Requirement → verdicts → evidence and back, as the page shows it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.errors import ConfigError
from bench.evidence.stored_run import StoredRun
from bench.judge.verdict import Verdict
from bench.requirements.coverage import NO_TEST, WORDS, Coverage, Covered, coverage
from bench.requirements.requirement import RequirementList
from bench.requirements.snapshot import read_snapshot
from bench.units import counted

LABELS = {word: word.replace("_", " ") for word in WORDS}
# links of a requirement, the worst verdicts first; a button lists all of them
MOST_LINKED = 6
MOST_NAMED = 30


@dataclass(frozen=True)
class Link:
    """A verdict by its number on the page, from 1."""

    number: int
    word: str
    scenario: str


@dataclass(frozen=True)
class TracedRow:
    """A requirement in the table.

    Attributes:
        place: from 0.
        word, label: what came of it.
        says: how many verdicts of each kind speak for it.
        how: by what they speak for it: patterns, or that they name it.
        links: the worst of them.
        more: how many there are beside these.
        notes: what is missing, or fits nothing.
    """

    place: int
    id: str
    text: str
    word: str
    label: str
    says: str
    how: tuple[str, ...]
    links: tuple[Link, ...]
    more: int
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Traceability:
    """Everything that the section "Requirements" says.

    Attributes:
        source: the list, with its digest; "" where there was none.
        counts: (word, label, how many), the worst first.
        rows: one for each requirement.
        untested: ids of requirements that no test covers.
        unknown: sentences on ids that the list does not hold.
        free: verdicts that speak for no requirement, the first of them.
        free_count: how many there are.
        of: per verdict, from 0, (place, number of the reason, word) of each of its requirements.
        reasons: by what verdicts speak for requirements.
    """

    source: str
    counts: list[tuple[str, str, int]]
    rows: list[TracedRow]
    untested: list[str]
    unknown: list[str]
    free: list[Link]
    free_count: int
    of: dict[int, list[tuple[int, int, str]]]
    reasons: list[str]

    def common(self) -> dict[str, Any]:
        """Return what verdicts share of it, as the page's script takes it."""
        return {"listed": [(row.id, row.text) for row in self.rows], "reasons": self.reasons}


def traceability(
    run: StoredRun, listed: RequirementList | None
) -> tuple[Traceability | None, list[str]]:
    """Return what is known of a run's requirements, and what of it is missing.

    Args:
        run: the run.
        listed: the list to read it against; by default the one that the run has kept.
    """
    missing: list[str] = []
    if listed is None:
        try:
            listed = read_snapshot(run.path)
        except ConfigError as error:
            missing.append(f"the list of requirements: {error}")
    if listed is None and not any(v.requirements for v in run.verdicts):
        return None, missing
    return _shown(coverage(run.verdicts, listed, run.left), run.verdicts), missing


def _shown(found: Coverage, verdicts: Sequence[Verdict]) -> Traceability:
    of: dict[int, list[tuple[int, int, str]]] = {}
    reasons: dict[str, int] = {}
    for place, row in enumerate(found.rows):
        for number, word, because in row.evidence:
            reason = reasons.setdefault(because, len(reasons))
            of.setdefault(number, []).append((place, reason, word))
    source = f"{found.source} (SHA-256 {found.digest[:12]}…)" if found.source else ""
    return Traceability(
        source,
        [(word, LABELS[word], count) for word, count in found.counts],
        [_row(place, row, verdicts) for place, row in enumerate(found.rows)],
        [row.requirement.id for row in found.rows if row.word == NO_TEST],
        [_unknown(each.says, len(each.numbers)) for each in found.unknown],
        [_link(n, verdicts[n].verdict, verdicts) for n in found.free[:MOST_NAMED]],
        len(found.free),
        of,
        list(reasons),
    )


def _row(place: int, row: Covered, verdicts: Sequence[Verdict]) -> TracedRow:
    counts = Counter(evidence.word for evidence in row.evidence)
    says = ", ".join(f"{counts[word]} {LABELS[word]}" for word in WORDS if counts[word])
    links = tuple(_link(e.number, e.word, verdicts) for e in row.evidence[:MOST_LINKED])
    how = tuple(dict.fromkeys(evidence.because for evidence in row.evidence))
    return TracedRow(
        place, row.requirement.id, row.requirement.text, row.word, LABELS[row.word], says, how,
        links, len(row.evidence) - len(links), tuple(_notes(row)),
    )  # fmt: skip


def _notes(row: Covered) -> list[str]:
    left = len(row.not_reached)
    notes = [f"fits no verdict of this run: {pattern}" for pattern in row.idle]
    for pattern, count in row.other_phases:
        notes.append(
            f"{counted(count, 'verdict')} in other phases not counted: {pattern} would count them"
        )
    if left:
        scenarios = "scenario that fits has" if left == 1 else "scenarios that fit have"
        notes.append(f"{left} planned {scenarios} no verdict: so this is not passed")
    return notes


def _link(number: int, word: str, verdicts: Sequence[Verdict]) -> Link:
    return Link(number + 1, word, verdicts[number].scenario)


def _unknown(says: str, count: int) -> str:
    return f"{says} ({counted(count, 'verdict')})"


def places(found: Traceability | None, number: int) -> str:
    """Return the places of a verdict's requirements, as its row on the page holds them."""
    return " ".join(str(place) for place, _, _ in found.of.get(number, ())) if found else ""


def packed(found: Traceability | None, number: int) -> list[Any]:
    """Return a verdict's requirements as the page's script takes them."""
    return list(found.of.get(number, ())) if found else []
