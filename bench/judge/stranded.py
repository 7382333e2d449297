"""Stranded minutes: how long nothing that an owner carries helps, beyond the baseline."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from bench.judge.verdict import Verdict

Stretch = tuple[int, int]
WORDS = {"unlock": "locked_out", "start": "cannot_start", "lock": "cannot_secure"}
NS_PER_MIN = 60_000_000_000


@dataclass(frozen=True)
class Stranded:
    """One owner's stranded minutes, in the worst of the outages that were run.

    Attributes:
        owner: by name.
        minutes: per word (locked_out, cannot_start, cannot_secure); 0 also where nothing was asked.
        outage: which outage was the worst for this owner.
        would_help: paths that went on working in it, and that the owner does not carry.
        asked: the words of which something was run.
        anyway: those in which nothing that is carried helps without an outage either.
    """

    owner: str
    minutes: dict[str, float]
    outage: str | None
    would_help: tuple[str, ...]
    asked: tuple[str, ...] = ()
    anyway: tuple[str, ...] = ()

    @property
    def told(self) -> dict[str, float | None]:
        """The minutes, with None for a word that nothing which was run asks about."""
        return {word: m if word in self.asked else None for word, m in self.minutes.items()}

    @property
    def total(self) -> float:
        """All of it, in minutes."""
        return sum(self.minutes.values())


def stranded(verdicts: Iterable[Verdict]) -> list[Stranded]:
    """Return each owner's stranded minutes."""
    known = [
        v
        for v in verdicts
        if v.verdict != "not_fitted" and v.intent in WORDS and v.tells_of_its_path
    ]
    owners = list(dict.fromkeys(v.owner for v in known))
    outages = list(dict.fromkeys(v.outage for v in known if v.outage is not None))
    found = []
    for owner in owners:
        per_outage = [
            _in_outage(known, owner, outage) for outage in outages if _whole(known, owner, outage)
        ]
        worst = max(per_outage, key=lambda s: s.total, default=Stranded(owner, {}, None, ()))
        minutes = {word: worst.minutes.get(word, 0.0) for word in WORDS.values()}
        found.append(
            Stranded(owner, minutes, worst.outage, worst.would_help, *_usual(known, owner))
        )
    return found


def _usual(verdicts: list[Verdict], owner: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words asked of an owner, and those in which nothing helps without an outage."""
    mine = [v for v in verdicts if v.owner == owner]
    asked = tuple(word for intent, word in WORDS.items() if any(v.intent == intent for v in mine))
    anyway = tuple(
        word
        for intent, word in WORDS.items()
        if common([v.helpless for v in mine if v.intent == intent and v.outage is None])
    )
    return asked, anyway


def _whole(verdicts: list[Verdict], owner: str, outage: str) -> bool:
    """Whether every way that was tried without an outage was tried in this one, too.

    Of an outage in which only some were, nobody can say that nothing helped.
    """
    mine = [v for v in verdicts if v.owner == owner]
    usual = {(v.path, v.intent) for v in mine if v.outage is None}
    return usual <= {(v.path, v.intent) for v in mine if v.outage == outage}


def _in_outage(verdicts: list[Verdict], owner: str, outage: str) -> Stranded:
    minutes: dict[str, float] = {}
    help_: set[str] = set()
    for intent, word in WORDS.items():
        mine = [v for v in verdicts if v.owner == owner and v.intent == intent]
        bad = common([v.helpless for v in mine if v.outage == outage])
        usual = common([v.helpless for v in mine if v.outage is None])
        minutes[word] = round(length(without(bad, usual)) / NS_PER_MIN, 1)
        if minutes[word]:
            carried = {v.path for v in mine}
            help_ |= _helpful(verdicts, intent, outage) - carried
    return Stranded(owner, minutes, outage, tuple(sorted(help_)))


def _helpful(verdicts: list[Verdict], intent: str, outage: str) -> set[str]:
    """Return the paths that helped whoever carried them, all through an outage."""
    helpless: dict[str, bool] = defaultdict(bool)
    for v in verdicts:
        if v.intent == intent and v.outage == outage:
            helpless[v.path] |= bool(v.helpless)
    return {path for path, ever in helpless.items() if not ever}


def common(lists: list[tuple[Stretch, ...]]) -> list[Stretch]:
    """Return the stretches that all lists share; nothing when there is no list.

    >>> common([((0, 10),), ((5, 20), (30, 40))])
    [(5, 10)]
    """
    if not lists:
        return []
    shared = list(lists[0])
    for other in lists[1:]:
        shared = [
            (max(a, c), min(b, d)) for a, b in shared for c, d in other if max(a, c) < min(b, d)
        ]
    return shared


def without(stretches: list[Stretch], holes: list[Stretch]) -> list[Stretch]:
    """Return the stretches with holes cut out.

    >>> without([(0, 10)], [(4, 6)])
    [(0, 4), (6, 10)]
    """
    for c, d in holes:
        stretches = [
            piece
            for a, b in stretches
            for piece in ((a, min(b, c)), (max(a, d), b))
            if piece[0] < piece[1]
        ]
    return stretches


def length(stretches: list[Stretch]) -> int:
    """Return how long stretches are together."""
    return sum(b - a for a, b in stretches)
