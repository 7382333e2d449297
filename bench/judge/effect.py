"""What a piece of advice did, by the same scenario with and without it."""

from dataclasses import dataclass, replace
from typing import Literal

from bench.events import AdviceFollowed
from bench.judge.oracles.evidence import Evidence
from bench.judge.verdict import Case
from bench.recording import Recording
from bench.units import duration

MARGIN_S = 1.0  # assumed: what an owner would call faster or slower
Word = Literal["helped", "worse", "no difference", "inconclusive"]


@dataclass(frozen=True)
class Effect:
    """What became of it: a word, and why in a sentence."""

    word: Word
    reason: str


def effect_of(with_it: Recording, without: Recording) -> Effect:
    """Return what advice did to the first try after it.

    The recording with it must be able to carry a verdict (see the oracle `evidence`). Without it
    the fault need not have been met: advice may be what leads an owner into it.
    """
    followed = [event for _, event in with_it.of(AdviceFollowed)]
    tries = [Case(recording).ledger.acts for recording in (with_it, without)]
    if not followed or not all(tries):
        return Effect("inconclusive", "nobody followed it, or nobody tried the car after it")
    for recording in (with_it, _unasked(without)):
        evidence = Evidence().judge(Case(recording))
        if evidence.verdict != "pass":
            return Effect("inconclusive", evidence.reason)
    after, usual = tries[0][0], tries[1][0]
    log_in = "" if followed[-1].worked else ", and logging in again was refused"
    if after.acted != usual.acted:
        word: Word = "helped" if after.acted else "worse"
        which = "only with it" if after.acted else "only without it"
        return Effect(word, f"{after.path} did {after.intent} the car {which}{log_in}")
    if after.latency_s is None or usual.latency_s is None:
        if not followed[-1].worked:
            return Effect("worse", f"{after.path} fails either way{log_in}: the log-in is lost")
        return Effect("no difference", f"{after.path} fails with it and without it")
    gained_s = usual.latency_s - after.latency_s
    if abs(gained_s) > MARGIN_S:
        word = "helped" if gained_s > 0 else "worse"
        how = "faster" if gained_s > 0 else "slower"
        return Effect(word, f"{after.path} is {duration(abs(gained_s))} {how}{log_in}")
    return Effect("no difference", f"{after.path} works with it and without it{log_in}")


def _unasked(recording: Recording) -> Recording:
    """Return a recording as one of which no outage is asked."""
    header = recording.header
    return Recording(
        replace(header, scenario={**header.scenario, "outage": None}), recording.entries
    )
