"""From a recording to a verdict: every oracle is asked, and the weightiest answer decides."""

from collections import Counter
from collections.abc import Sequence

from bench.events import FaultArmed, FaultMet, PhaseBegan
from bench.judge.asking import ORDER, ask, is_sighting, of_others
from bench.judge.attempts import Attempt
from bench.judge.verdict import Case, Judgement, Verdict
from bench.judge.worst import BAD
from bench.recording import Recording


def judge(recording: Recording, baseline: Recording | None = None) -> Verdict:
    """Return the verdict on a recording.

    Args:
        recording: the scenario's.
        baseline: the same scenario's without the outage; None for a baseline itself.
    """
    case = Case(recording, baseline)
    judgements = tuple(ask(name, case) for name in (*ORDER, *of_others()))
    decisive = decide(judgements)
    scenario = case.scenario
    acts = case.ledger.acts
    return Verdict(
        scenario=scenario["id"],
        path=scenario["path"],
        intent=scenario["intent"],
        outage=scenario["outage"],
        phase=_phase(case, acts),
        owner=scenario["owner"],
        verdict="pass" if decisive.verdict == "not_asked" else decisive.verdict,
        outcome=outcome_of(acts) if acts or not case.scenario.get("measured") else "not_tried",
        oracle=decisive.oracle,
        reason=decisive.reason,
        measured_s=_slowest(acts),
        limit_s=case.limit_s,
        baseline_s=_slowest(case.baseline_ledger.acts) if case.baseline_ledger else None,
        faults_met=met(recording),
        judgements=judgements,
        helpless=helpless(case),
    )


def decide(judgements: tuple[Judgement, ...]) -> Judgement:
    """Return the judgement that decides: the first that fails or doubts, in the order of weight.

    A sighting of what must not be outweighs missing evidence; missing evidence outweighs
    everything that rests on something not having been seen. When all is well, the path's own
    question is named.
    """
    named = {judgement.oracle: judgement for judgement in judgements}
    sightings = [judgement for judgement in judgements if is_sighting(judgement.oracle)]
    return (
        first_bad(sightings)
        or first_bad([named["evidence"]])
        or first_bad(judgements)
        or _all_is_well(named)
    )


def first_bad(judgements: Sequence[Judgement]) -> Judgement | None:
    """Return the first that fails, else the first that doubts, else None."""
    found = (j for word in BAD for j in judgements if j.verdict == word)
    return next(found, None)


def _all_is_well(named: dict[str, Judgement]) -> Judgement:
    """Return the judgement that speaks for a pass: the path's own question."""
    # nobody acts where discipline is measured
    for oracle in ("telematics_discipline", "opens_in_time", "honest_claims"):
        if oracle in named and named[oracle].verdict == "pass":
            return named[oracle]
    return named["opens_in_time"]  # it says why it does not ask: a fault has taken the path away


def helpless(case: Case) -> tuple[tuple[int, int], ...]:
    """Return the stretches of time in which this path did not help its owner.

    Such a stretch begins with a try that came to nothing and ends with the next that did not (a
    positive control counts: it is the same path). Where the outage was shortened, they are as
    long as they would have been in the whole of it.
    """
    stretched = case.scenario.get("compress", 1.0)
    return tuple((int(a * stretched), int(b * stretched)) for a, b in _helpless(case))


def _helpless(case: Case) -> list[tuple[int, int]]:
    end_ns = case.recording.entries[-1].t_ns if case.recording.entries else 0
    if not case.scenario["helps"]:
        return [(0, end_ns)]
    owner = case.scenario["owner"]
    tries = [a for a in case.ledger.attempts if a.owner == owner and not a.is_flight]
    stretches: list[tuple[int, int]] = []
    begun: int | None = None
    for attempt in tries:
        helped = attempt.outcome in {"acted", "twice"}
        if not helped and begun is None:
            begun = attempt.began_ns
        elif helped and begun is not None:
            stretches.append((begun, attempt.began_ns))
            begun = None
    if begun is not None:
        stretches.append((begun, end_ns))
    return stretches


def _phase(case: Case, acts: list[Attempt]) -> str | None:
    """Return the phase that is asked about, else that in which the (first) act fell.

    None in a baseline. Whether the act fell into the phase that was asked about, the oracle
    `evidence` has looked.
    """
    if not case.in_outage or not acts:
        return None
    if case.asked is not None:
        return str(case.asked["name"])
    phase = "before"
    for entry, event in case.recording.of(PhaseBegan):
        if entry.t_ns <= acts[0].began_ns:
            phase = event.phase
    return phase


_WORST: tuple[str, ...] = ("twice", "late", "no_effect", "refused", "acted")


def outcome_of(acts: list[Attempt]) -> str:
    """Return what came of an owner's tries: the worst of it."""
    outcomes = {act.outcome for act in acts}
    return next((word for word in _WORST if word in outcomes), "no_effect")


def _slowest(acts: list[Attempt]) -> float | None:
    taken = [act.latency_s for act in acts if act.latency_s is not None]
    return round(max(taken), 6) if taken else None


def met(recording: Recording) -> dict[str, int]:
    """Return how many operations met each fault that was armed."""
    armed = {event.fault: 0 for _, event in recording.of(FaultArmed)}
    return armed | dict(Counter(event.fault for _, event in recording.of(FaultMet)))


def not_fitted(scenario: str, path: str, intent: str, owner: str, reason: str) -> Verdict:
    """Return the verdict on a path that the car does not have."""
    return Verdict(
        scenario, path, intent, None, None, owner, "not_fitted", "not_fitted", "fitted", reason
    )
