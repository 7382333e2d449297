"""Who is stranded, for how long and why, in sentences."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bench.judge.stranded import WORDS, Minutes, Stranded, Ways, stranded
from bench.judge.stranding_words import doubts, elsewhere, helpful, lead, untried
from bench.judge.verdict import Verdict


@dataclass(frozen=True)
class Stranding:
    """One owner, in the worst of the outages that were run.

    Attributes:
        owner: by name.
        outage: the worst one; None where none stranded this owner.
        minutes: locked out, cannot start, cannot secure.
        why: what each of the owner's ways came to in it; or why an outage makes nothing worse.
        would_help: ways that went on working, and that the owner does not carry, and what for.
    """

    owner: str
    outage: str | None
    minutes: tuple[Minutes, ...]
    why: tuple[str, ...]
    would_help: tuple[str, ...]

    @property
    def helpless(self) -> bool:
        """Whether there is any minute at all."""
        return any(minutes.value for minutes in self.minutes)


@dataclass(frozen=True)
class WhoIsStranded:
    """All owners, the most stranded first, and in a sentence how it stands ("": nobody knows)."""

    lead: str
    owners: tuple[Stranding, ...]


def who_is_stranded(
    verdicts: Sequence[Verdict], ways: Ways | None, *, complete: bool
) -> WhoIsStranded:
    """Return who is stranded.

    Args:
        verdicts: a run's.
        ways: per owner and intent, the paths that are carried (None: nobody has said).
        complete: whether all that was planned has been judged.
    """
    found = sorted(stranded(verdicts, ways), key=lambda each: -each.total)
    said = lead(found, complete=complete) if found else ""
    return WhoIsStranded(said, tuple(_stranding(each, verdicts) for each in found))


def _stranding(each: Stranded, verdicts: Sequence[Verdict]) -> Stranding:
    helpless = each.total > 0
    why = (*_why(each, verdicts), *untried(each), *elsewhere(each)) if helpless else _anyway(each)
    return Stranding(
        each.owner, each.outage if helpless else None, tuple(each.of.values()),
        (*why, *doubts(each)), tuple(helpful(each)),
    )  # fmt: skip


def _anyway(each: Stranded) -> tuple[str, ...]:
    """Return that an owner is as helpless without an outage, where that is so."""
    said = {"locked_out": "unlocks", "cannot_start": "starts", "cannot_secure": "locks"}
    acts = " or ".join(said[word] for word in each.anyway)
    return (f"no outage needed: nothing that this owner carries {acts} this car",) if acts else ()


def _why(each: Stranded, verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """Return what the owner's ways came to in the worst outage: failures, then what may be."""
    failed: dict[str, list[Verdict]] = defaultdict(list)
    honest: dict[str, list[Verdict]] = defaultdict(list)
    for v in verdicts:
        mine = v.owner == each.owner and v.outage == each.outage
        if mine and v.helpless and each.minutes.get(WORDS.get(v.intent, "")):
            (honest if v.verdict == "pass" else failed)[v.path].append(v)
    said = [_failure(alike) for alike in failed.values()]
    if honest:
        ways = ", ".join(f"{path} ({_intents(alike)})" for path, alike in honest.items())
        said.append(f"did not, as may be in that outage, and nobody was told otherwise: {ways}")
    return tuple(said)


def _failure(alike: list[Verdict]) -> str:
    """Return what verdicts on one path came to, by the first one's reason."""
    first = alike[0]
    return f"{first.path} ({_intents(alike)}): {first.reason} (oracle {first.oracle})"


def _intents(alike: list[Verdict]) -> str:
    return ", ".join(dict.fromkeys(v.intent for v in alike))
