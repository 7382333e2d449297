"""Whether a try fell into the phase of the outage that it was to fall into, by the recording."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bench.events import FaultArmed, FaultMet, PhaseBegan
from bench.judge.fault_met import never_met, the_try, unmet_in
from bench.judge.in_force import InForce, in_force
from bench.judge.steps import steps_of
from bench.judge.verdict import Case
from bench.recording import Recording


def unproven(case: Case) -> str | None:
    """Return what is missing of the proof, or None.

    The command was cut between the two steps that the phase names, or the act fell into the phase;
    and each fault was met in the phase in which it had to be.
    """
    asked = case.asked
    if asked is None:
        return None
    if not any(case.recording.of(PhaseBegan)) or not any(case.recording.of(FaultArmed)):
        return _never_began(asked)
    return (
        _cut_elsewhere(case, asked)
        or _acted_elsewhere(case, asked)
        or _unmet(case, asked)
        or _unmet_around(case, asked)
    )


def _never_began(asked: dict[str, Any]) -> str:
    if asked["cut"] is None:
        return "the outage armed no fault"
    after = asked["cut"]["after"]
    return f"{asked['command']} was never seen to be {after}: there was nothing to cut in flight"


def _cut_elsewhere(case: Case, asked: dict[str, Any]) -> str | None:
    """Whether the outage began between the two steps of the command that the phase names."""
    cut = asked["cut"]
    if cut is None:
        return None
    steps = steps_of(case.recording, case.ledger, asked["command"])
    armed = next(entry.seq for entry, _ in case.recording.of(FaultArmed))
    before, after = steps.get(cut["after"]), steps.get(cut["before"])
    if before is None or before.seq > armed:
        return f"{asked['command']} was not yet {cut['after']} when the outage began"
    if after is not None and after.seq < armed:
        return f"{asked['command']} was {cut['before']} already when the outage began"
    return None


def _acted_elsewhere(case: Case, asked: dict[str, Any]) -> str | None:
    """Whether the act began in another phase; a command that is cut began before."""
    for act in case.ledger.acts:
        if act.name == asked["command"] and asked["cut"] is not None:
            continue
        stretch = [s for s in _stretches(case.recording) if s.from_ns <= act.began_ns][-1:]
        name = stretch[0].name if stretch else "before"
        if name != asked["of"]:
            return f"{the_try(act)} fell into {name}, not {asked['of']}"
    return None


def _unmet(case: Case, asked: dict[str, Any]) -> str | None:
    """Whether a fault was met nowhere in the phase in which it had to be."""
    met: dict[str, set[str]] = {}
    events = [(entry.seq, event.fault) for entry, event in case.recording.of(FaultMet)]
    for stretch in _stretches(case.recording):
        inside = {fault for seq, fault in events if stretch.from_seq < seq < stretch.until_seq}
        met.setdefault(stretch.name, set()).update(inside)
    for phase, faults in asked["meets"]:
        missing = next((f for f in faults if f not in met.get(phase, set())), None)
        missing = missing or never_met(case.recording, _in_phase(case.recording, phase, faults))
        if missing is not None:
            return f"{missing} was never met in the phase {phase}, not even by the witness"
    return None


def _in_phase(recording: Recording, phase: str, faults: Sequence[str]) -> Iterator[InForce]:
    """Yield when those of a phase's faults were in force that have to be met in it.

    Several may have one name, and each wants to be met.
    """
    played = [stretch for stretch in _stretches(recording) if stretch.name == phase]
    for each in in_force(recording):
        if each.fault in faults and any(each.covers(s.from_ns, s.until_ns) for s in played):
            yield each


def _unmet_around(case: Case, asked: dict[str, Any]) -> str | None:
    """Whether a try fell beside the faults of its phase, or nobody met them around it."""
    faults = [fault for phase, names in asked["meets"] if phase == asked["of"] for fault in names]
    return unmet_in(case.recording, case.ledger.acts, faults) if faults else None


@dataclass(frozen=True)
class _Stretch:
    """A phase as it was played."""

    name: str
    from_ns: int
    until_ns: float
    from_seq: int
    until_seq: int


def _stretches(recording: Recording) -> Iterator[_Stretch]:
    began = list(recording.of(PhaseBegan))
    ends = [(entry.t_ns - 1, entry.seq) for entry, _ in began[1:]]
    for (entry, event), (until_ns, until_seq) in zip(
        began, [*ends, (math.inf, len(recording.entries))], strict=True
    ):
        yield _Stretch(event.phase, entry.t_ns, until_ns, entry.seq, until_seq)
