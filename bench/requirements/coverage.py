"""Which verdicts speak for which requirement, and what they come to: both ways."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bench.errors import nearest
from bench.judge.asking import is_sighting
from bench.judge.verdict import Verdict
from bench.judge.worst import BAD, ORDER
from bench.requirements.outage_names import could_name, in_any_phase, outage_names
from bench.requirements.pattern import KEYS, Pattern, fits
from bench.requirements.requirement import Requirement, RequirementList

NAMED = "named by the test or the outage"
NO_TEST = "no_test"
WORDS = ("fail", "inconclusive", "pass", "not_fitted", NO_TEST)
_EVIDENCE = "evidence"


class Evidence(NamedTuple):
    """One verdict that speaks for a requirement (a tuple: a large run has tens of thousands).

    Attributes:
        number: the verdict's place, from 0.
        word: what it says of the requirement: its own verdict, or that of the oracle asked for.
        because: the pattern that it fits, or that it names the requirement.
    """

    number: int
    word: str
    because: str


@dataclass(frozen=True)
class Covered:
    """A requirement with everything that speaks for it.

    Attributes:
        requirement: the requirement.
        word: the worst of it; "no_test" where there is nothing.
        evidence: the worst first.
        not_reached: planned scenarios that fit and have no verdict: then nothing is passed.
        idle: patterns of its that fit no verdict of this run.
        other_phases: how a pattern would name the same faults in any phase, and how many verdicts
            of this run would speak for it then, and do not.
    """

    requirement: Requirement
    word: str
    evidence: tuple[Evidence, ...]
    not_reached: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()
    other_phases: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Unknown:
    """An id that verdicts name and that the list does not hold.

    Attributes:
        id: as it was named.
        says: what is wrong, with the nearest id that there is.
        numbers: the verdicts that name it.
    """

    id: str
    says: str
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Coverage:
    """Requirements and verdicts, both ways.

    Attributes:
        source, digest: of the list; "" where there is none, and ids are known from tests only.
        rows: each requirement, in the list's order.
        unknown: ids that the list does not hold.
        of: per verdict the places of its requirements.
        free: the verdicts that speak for no requirement.
    """

    source: str
    digest: str
    rows: tuple[Covered, ...]
    unknown: tuple[Unknown, ...]
    of: dict[int, tuple[int, ...]]
    free: tuple[int, ...]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many requirements there are of each word, the worst first."""
        words = [row.word for row in self.rows]
        return [(word, words.count(word)) for word in WORDS if word in words]


def coverage(
    verdicts: Sequence[Verdict], listed: RequirementList | None, left: Iterable[str] = ()
) -> Coverage:
    """Return which verdicts speak for which requirement.

    Args:
        verdicts: a run's.
        listed: the list; None: only what verdicts name themselves is known.
        left: the ids of planned scenarios that have no verdict.
    """
    named = _named(verdicts)
    known = listed.requirements if listed else tuple(Requirement(id_) for id_ in sorted(named))
    index, not_reached = _Index(verdicts), list(left)
    rows = tuple(_covered(each, index, named.get(each.id, []), not_reached) for each in known)
    of: dict[int, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        for evidence in row.evidence:
            of[evidence.number].append(place)
    ids = {each.id for each in known}
    unknown = tuple(
        Unknown(id_, f'no requirement "{id_}" in the list: {nearest(id_, ids)}', tuple(numbers))
        for id_, numbers in named.items()
        if id_ not in ids
    )
    free = tuple(n for n in range(len(verdicts)) if n not in of)
    return Coverage(
        listed.source if listed else "", listed.digest if listed else "", rows, unknown,
        {number: tuple(places) for number, places in of.items()}, free,
    )  # fmt: skip


def _named(verdicts: Sequence[Verdict]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for number, verdict in enumerate(verdicts):
        for id_ in dict.fromkeys(verdict.requirements):
            found[id_].append(number)
    return found


def _covered(
    requirement: Requirement, index: "_Index", named: list[int], left: list[str]
) -> Covered:
    found = {n: Evidence(n, index.verdicts[n].verdict, NAMED) for n in named}
    idle = []
    for pattern in requirement.covered_by:
        fitting = index.fitting(pattern)
        idle += [] if fitting else [pattern.text]
        for n in fitting:
            evidence = Evidence(n, judged(index.verdicts[n], pattern.oracles), pattern.text)
            if n not in found or _rank(evidence.word) < _rank(found[n].word):
                found[n] = evidence
    ordered = sorted(found.values(), key=lambda e: (_rank(e.word), e.number))
    missing = tuple(s for s in left if any(could_be(s, p) for p in requirement.covered_by))
    word = ordered[0].word if ordered else NO_TEST
    if missing and word != "fail":
        word = "inconclusive"
    wider = ((p, index.in_other_phases(p).difference(found)) for p in requirement.covered_by)
    others = tuple((_any_phase(p).text, len(more)) for p, more in wider if more)
    return Covered(requirement, word, tuple(ordered), missing, tuple(idle), others)


def _any_phase(pattern: Pattern) -> Pattern:
    """Return a pattern with its faults in whatever phase."""
    terms = tuple(
        (key, tuple(in_any_phase(v) or v for v in values) if key == "outage" else values)
        for key, values in pattern.terms
    )
    return Pattern(" ".join(f"{key}={'|'.join(values)}" for key, values in terms), terms)


def _rank(word: str) -> int:
    return ORDER.index(word) if word in ORDER else len(ORDER)


def judged(verdict: Verdict, oracles: Sequence[str]) -> str:
    """Return what a verdict says: its own word, or that of some of its oracles.

    An oracle's pass counts only as far as the recording can carry it, as in the verdict itself; of
    repetitions only the judgements of the one that decided are known.
    """
    if not oracles or verdict.verdict == "not_fitted":
        return verdict.verdict
    mine = [j for j in verdict.judgements if fits(j.oracle, oracles) and j.verdict != "not_asked"]
    if any(j.verdict == "fail" and is_sighting(j.oracle) for j in mine):
        return "fail"  # what was seen is evidence by itself
    doubt = any(j.oracle == _EVIDENCE and j.verdict != "pass" for j in verdict.judgements)
    words = {j.verdict for j in mine} | ({"inconclusive"} if doubt else set())
    if doubt and words:
        return "inconclusive"
    word = next((word for word in BAD if word in words), "pass")
    unsure = verdict.repeat is not None and verdict.verdict != "pass"
    return "inconclusive" if word == "pass" and unsure else word


def could_be(scenario: str, pattern: Pattern) -> bool:
    """Whether a planned scenario could have fitted a pattern, by its name alone.

    >>> from bench.requirements.pattern import parse_pattern
    >>> p = parse_pattern("path=ble_key outage=http_status", source="")
    >>> [could_be(f"phone_only.ble_key.unlock.{o}", p) for o in ("http_status_x=1", "baseline")]
    [True, False]
    """
    parts = scenario.split(".")
    if len(parts) != 4:  # a test's name: nothing but itself to go by
        return all(key == "scenario" and fits(scenario, told) for key, told in pattern.terms)
    said = dict(zip(("owner", "path", "intent", "outage"), parts, strict=True))
    return all(_could_be(key, told, said, scenario) for key, told in pattern.terms)


def _could_be(key: str, told: Sequence[str], said: dict[str, str], scenario: str) -> bool:
    if key == "oracle":
        return True
    if key == "scenario":
        return fits(scenario, told)
    if key != "outage":
        return fits(said[key], told)
    return any(could_name(each, said["outage"]) for each in told)


@dataclass
class _Index:
    """Verdicts by what patterns ask for: a list of a thousand patterns asks each word once."""

    verdicts: Sequence[Verdict]
    _values: dict[str, dict[str, set[int]]] = field(default_factory=dict)
    _asked: dict[tuple[str, tuple[str, ...]], set[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._values = {key: defaultdict(set) for key in KEYS}
        for number, verdict in enumerate(self.verdicts):
            for key in ("path", "intent", "owner", "scenario"):
                self._values[key][getattr(verdict, key)].add(number)
            for name in outage_names(verdict.outage):
                self._values["outage"][name].add(number)
            for judgement in verdict.judgements:
                if judgement.verdict != "not_asked":
                    self._values["oracle"][judgement.oracle].add(number)

    def fitting(self, pattern: Pattern) -> list[int]:
        """Return the verdicts that fit a pattern."""
        sets = [self._numbers(key, alternatives) for key, alternatives in pattern.terms]
        return sorted(set.intersection(*sets))

    def in_other_phases(self, pattern: Pattern) -> set[int]:
        """Return the verdicts that would fit, if a pattern named its faults in any phase."""
        if "outage" not in dict(pattern.terms):
            return set()
        return set(self.fitting(_any_phase(pattern)))

    def _numbers(self, key: str, alternatives: tuple[str, ...]) -> set[int]:
        known = self._asked.get((key, alternatives))
        if known is None:
            named = self._values[key].items()
            known = {n for value, numbers in named if fits(value, alternatives) for n in numbers}
            self._asked[key, alternatives] = known
        return known
