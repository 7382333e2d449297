"""Stranded minutes: how long nothing that an owner carries helps, beyond the baseline.

What was not asked, or could not be told, is not 0: it is not known. Where one way helped all
through an outage, nobody is stranded in it, whatever became of the other ways.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from bench.judge.stretches import Stretch, common, length, without
from bench.judge.verdict import Verdict

Known = Literal["known", "at_most", "anyway", "not_known", "not_asked"]
Ways = Mapping[str, Mapping[str, Collection[str]]]
WORDS = {"unlock": "locked_out", "start": "cannot_start", "lock": "cannot_secure"}
NS_PER_MIN = 60_000_000_000


@dataclass(frozen=True)
class Minutes:
    """How long an owner is stranded in one sense, and how well that is known.

    Attributes:
        value: None where it was not asked or is not known.
        known: "at_most" where not all that helps and is carried was tried; "anyway" where it is 0
            because nothing helps without an outage either; "not_known" where no outage has been
            judged in which every way was tried, and told.
        outage: in which outage.
        would_help: paths that went on working in it, and that the owner does not carry.
        untried: paths that are carried, would serve, and were not tried.
    """

    value: float | None
    known: Known
    outage: str | None = None
    would_help: tuple[str, ...] = ()
    untried: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return it as people read it."""
        if self.value is None or self.known == "anyway":
            return self.known.replace("_", " ")
        return f"{'at most ' if self.known == 'at_most' else ''}{self.value:g}"


@dataclass(frozen=True)
class Stranded:
    """One owner's stranded minutes, in the worst of the outages that were run.

    Attributes:
        owner: by name.
        of: per word (locked_out, cannot_start, cannot_secure).
        outage: which outage was the worst for this owner; what was not asked in it is another's.
        anyway: the words in which nothing that is carried helps without an outage either.
        doubtful: outages of which it is not known whether they strand this owner.
    """

    owner: str
    of: dict[str, Minutes]
    outage: str | None = None
    anyway: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()

    @property
    def minutes(self) -> dict[str, float | None]:
        """The minutes alone, None where they are not known."""
        return {word: minutes.value for word, minutes in self.of.items()}

    @property
    def total(self) -> float:
        """All of it that is known, in minutes."""
        return sum(value or 0.0 for value in self.minutes.values())

    @property
    def asked(self) -> tuple[str, ...]:
        """The words of which something was run."""
        return tuple(word for word, minutes in self.of.items() if minutes.known != "not_asked")

    @property
    def is_known(self) -> bool:
        """Whether all that was asked is known, of each outage."""
        return not self.doubtful and all(m.known != "not_known" for m in self.of.values())


def stranded(verdicts: Iterable[Verdict], ways: Ways | None = None) -> list[Stranded]:
    """Return each owner's stranded minutes.

    Args:
        verdicts: a run's.
        ways: per owner and intent, the paths that are carried and help (None: those that were run).
    """
    asked = [v for v in verdicts if v.verdict != "not_fitted" and v.tells_of_its_path]
    known = [v for v in asked if v.intent in WORDS]
    outages = list(dict.fromkeys(v.outage for v in known if v.outage is not None))
    return [
        _Asked(owner, known, (ways or {}).get(owner, {})).worst(outages)
        for owner in dict.fromkeys(v.owner for v in known)
    ]


@dataclass(frozen=True)
class _Asked:
    """What was asked of one owner.

    Attributes:
        owner: by name.
        everyone: all verdicts, also those of others.
        carried: per intent, the paths that are carried.
    """

    owner: str
    everyone: list[Verdict]
    carried: Mapping[str, Collection[str]] = field(default_factory=dict)

    def worst(self, outages: list[str]) -> Stranded:
        """Return the worst of the outages."""
        per_outage = [
            Stranded(self.owner, {WORDS[i]: self._minutes(i, outage) for i in WORDS}, outage)
            for outage in outages
        ]
        worst = max(per_outage, key=_weight, default=None)
        doubtful = [each.outage for each in per_outage if not each.is_known]
        return Stranded(
            self.owner,
            {word: self._worst_of(intent, worst, per_outage) for intent, word in WORDS.items()},
            worst.outage if worst is not None else None,
            anyway=tuple(WORDS[i] for i in WORDS if self._before(self._of(i, None))),
            doubtful=tuple(outage for outage in doubtful if outage is not None),
        )

    def _worst_of(self, intent: str, worst: Stranded | None, per_outage: list[Stranded]) -> Minutes:
        """Return what the worst outage says of an intent; where it was not asked in it, another."""
        word = WORDS[intent]
        if worst is not None and worst.of[word].known != "not_asked":
            return worst.of[word]
        if not any(v.owner == self.owner and v.intent == intent for v in self.everyone):
            return Minutes(None, "not_asked")
        told = [each.of[word] for each in per_outage if each.of[word].value is not None]
        return max(told, key=lambda m: m.value or 0.0, default=Minutes(None, "not_known"))

    def _minutes(self, intent: str, outage: str) -> Minutes:
        """Return how long an outage strands the owner.

        Where only some of the usual ways were tried in it, it was not asked.
        """
        usual, tried = self._of(intent, None), self._of(intent, outage)
        paths = {v.path for v in tried}
        if not tried or {v.path for v in usual} - paths:
            return Minutes(None, "not_asked", outage)
        told = [v for v in tried if is_told(v)]
        # a way that was not told of can only have helped, too
        most_ns = length(without(common(_lists(told)), self._before(usual)))
        if not told or (most_ns and not all(map(is_told, (*tried, *usual)))):
            return Minutes(None, "not_known", outage)
        most = Minutes(round(most_ns / NS_PER_MIN, 1), "known", outage)
        if most.value:
            return self._explained(most, intent, paths)
        return replace(most, known="anyway") if self._before(usual) else most

    def _before(self, usual: list[Verdict]) -> list[Stretch]:
        """Return when nothing helps without an outage; nothing where that was not told."""
        return common(_lists(usual)) if all(map(is_told, usual)) else []

    def _explained(self, minutes: Minutes, intent: str, tried: set[str]) -> Minutes:
        """Return minutes with what else is carried, and with what would have helped."""
        carried = set(self.carried.get(intent, tried))
        helpful = self._helpful(intent, minutes.outage) - tried - carried
        untried = tuple(sorted(carried - tried))
        return replace(
            minutes, known="at_most" if untried else "known", would_help=tuple(sorted(helpful)),
            untried=untried,
        )  # fmt: skip

    def _of(self, intent: str, outage: str | None) -> list[Verdict]:
        return self._own.get((intent, outage), [])

    @cached_property
    def _own(self) -> dict[tuple[str, str | None], list[Verdict]]:
        """The owner's verdicts by intent and outage: a whole campaign has thousands of both."""
        found: dict[tuple[str, str | None], list[Verdict]] = defaultdict(list)
        for verdict in self.everyone:
            if verdict.owner == self.owner:
                found[verdict.intent, verdict.outage].append(verdict)
        return dict(found)

    def _helpful(self, intent: str, outage: str | None) -> set[str]:
        """Return the paths that helped whoever carried them, all through an outage."""
        run = [v for v in self.everyone if v.intent == intent and v.outage == outage]
        return {v.path for v in run} - {v.path for v in run if v.helpless or not is_told(v)}


def is_told(verdict: Verdict) -> bool:
    """Whether a verdict's recording can say when its path helped: its evidence is sound."""
    evidence = [j.verdict for j in verdict.judgements if j.oracle == "evidence"]
    return "inconclusive" not in (evidence or [verdict.verdict])


def _lists(verdicts: list[Verdict]) -> list[tuple[Stretch, ...]]:
    return [v.helpless for v in verdicts]


def _weight(each: Stranded) -> tuple[float, int]:
    return each.total, sum(value is not None for value in each.minutes.values())
