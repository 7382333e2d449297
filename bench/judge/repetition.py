"""From the verdicts on N repetitions to one: never retried into a pass.

All passed: a pass. Any failed: a fail, however often it had passed, and said to be unstable. None
failed and something is inconclusive: inconclusive. The repetition that decides is the worst one,
and of these the slowest; figures and recording of the verdict are its.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from bench.judge.interval import of_median, percentile, wilson
from bench.judge.repeat import Repeat, Run
from bench.judge.verdict import Verdict

WORST_FIRST = ("fail", "inconclusive", "not_fitted", "pass")


def combine(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the one verdict on all repetitions of a scenario, in their order."""
    repeat = figures(verdicts)
    decisive = min(verdicts, key=_weight)
    number = verdicts.index(decisive) + 1
    return replace(
        decisive,
        reason=_reason(repeat, decisive, number),
        helpless=_helpless(verdicts),
        repeat=repeat,
    )


def cut_short(verdicts: Sequence[Verdict], wanted: int) -> Verdict:
    """Return the verdict on a scenario whose repetitions may not all have been run.

    A fail stays one. That some of what was asked for has passed is no pass.

    Args:
        verdicts: on those that were, in their order.
        wanted: how many were asked for.
    """
    count = len(verdicts)
    found = verdicts[0] if max(wanted, count) == 1 else combine(verdicts)
    if count >= wanted or found.verdict != "pass":
        return found
    reason = f"cut short after {count} of {wanted} repetitions: {found.reason}"
    return replace(found, verdict="inconclusive", oracle="evidence", reason=reason)


def figures(verdicts: Sequence[Verdict]) -> Repeat:
    """Return what the repetitions came to."""
    passed = sum(v.verdict == "pass" for v in verdicts)
    taken = [v.measured_s for v in verdicts if v.measured_s is not None]
    return Repeat(
        n=len(verdicts),
        passed=passed,
        stable=len({v.verdict for v in verdicts}) == 1,
        median_s=round(median(taken), 6) if taken else None,
        p95_s=percentile(taken, 0.95) if taken else None,
        interval={"passed": wilson(passed, len(verdicts)), "median_s": of_median(taken)},
        outcomes=dict(sorted(Counter(v.outcome for v in verdicts).items())),
        runs=tuple(Run(v.verdict, v.reason, v.measured_s, v.recording) for v in verdicts),
    )


def _weight(verdict: Verdict) -> tuple[int, float]:
    return WORST_FIRST.index(verdict.verdict), -(verdict.measured_s or 0.0)


def _reason(repeat: Repeat, decisive: Verdict, number: int) -> str:
    if repeat.stable:
        word = {"pass": "passed", "fail": "failed"}.get(decisive.verdict, decisive.verdict)
        return f"{repeat.n} of {repeat.n} {word}: {decisive.reason}"
    counts = Counter(run.verdict for run in repeat.runs)
    rest = ", ".join(f"{counts[w]} {w}" for w in WORST_FIRST if w != "pass" and counts[w])
    return (
        f"unstable: {repeat.passed} of {repeat.n} passed, {rest}; "
        f"repetition {number}: {decisive.reason}"
    )


def _helpless(verdicts: Sequence[Verdict]) -> tuple[tuple[int, int], ...]:
    """Return the longest helplessness of an outage, the shortest of a baseline.

    Stranded minutes are an outage's beyond its baseline's: both choices make them no shorter.
    """
    by_length = sorted((v.helpless for v in verdicts), key=lambda s: sum(b - a for a, b in s))
    return by_length[0 if verdicts[0].outage is None else -1]
