"""Who is stranded, for how long and why, in sentences."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bench.judge.stranded import WORDS, Stranded, stranded
from bench.judge.verdict import Verdict


@dataclass(frozen=True)
class Stranding:
    """One owner, in the worst of the outages that were run.

    Attributes:
        owner: by name.
        outage: the worst one; None where none stranded this owner.
        minutes: locked out, cannot start, cannot secure; None where nothing was asked.
        why: what each of the owner's ways came to in it; or why an outage makes nothing worse.
        would_help: ways that went on working, and that the owner does not carry.
    """

    owner: str
    outage: str | None
    minutes: tuple[float | None, ...]
    why: tuple[str, ...]
    would_help: tuple[str, ...]

    @property
    def helpless(self) -> bool:
        """Whether there is any minute at all."""
        return any(self.minutes)


def strandings(verdicts: Sequence[Verdict]) -> list[Stranding]:
    """Return every owner, the most stranded first."""
    found = [_stranding(each, verdicts) for each in stranded(verdicts)]
    return sorted(found, key=lambda s: -sum(m or 0 for m in s.minutes))


def _stranding(each: Stranded, verdicts: Sequence[Verdict]) -> Stranding:
    minutes = tuple(each.told[w] for w in ("locked_out", "cannot_start", "cannot_secure"))
    helpless = each.total > 0
    why = _why(each, verdicts) if helpless else _anyway(each)
    return Stranding(
        each.owner, each.outage if helpless else None, minutes, why,
        each.would_help if helpless else (),
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
        said.append(f"did not, as may be without the cloud, and said so: {ways}")
    return tuple(said)


def _failure(alike: list[Verdict]) -> str:
    """Return what verdicts on one path came to, by the first one's reason."""
    first = alike[0]
    return f"{first.path} ({_intents(alike)}): {first.reason} (oracle {first.oracle})"


def _intents(alike: list[Verdict]) -> str:
    return ", ".join(dict.fromkeys(v.intent for v in alike))
