"""Whether an outage was real: each fault was met by somebody, and one of them around each try."""

from collections.abc import Callable, Collection, Iterable
from operator import attrgetter

from bench.events import FaultArmed, FaultMet
from bench.judge.attempts import Attempt
from bench.judge.in_force import InForce, in_force
from bench.recording import Recording
from bench.units import NS_PER_S, to_ns

WITNESS_NS = to_ns(60.0)  # longer than the witness waits between two tries, and one takes


def unmet(recording: Recording, acts: Iterable[Attempt]) -> str | None:
    """Return what is missing of an outage that is taken as it comes, or None.

    It may have a phase in which nothing is wrong, between two waves of it: of the tries only those
    count that fell into a fault. What it does in several ways counts as one fault: an incident
    tells what failed, and not every car asks for all of it.
    """
    if not any(recording.of(FaultArmed)):
        return "the outage armed no fault"
    listed, acts = list(in_force(recording)), list(acts)
    if not listed:
        return "the outage was over before any fault began to act"
    if (fault := never_met(recording, listed, attrgetter("fault"))) is not None:
        return f"{fault} was never met, not even by the witness"
    tried = [act for act in acts if any(_covers(each, act) for each in listed)]
    if acts and not tried:
        return f"no try fell into a time in which a fault was in force: {_nearest(listed, acts)}"
    return _unreal(recording, tried, {each.fault for each in listed})


def unmet_in(recording: Recording, acts: Iterable[Attempt], faults: Collection[str]) -> str | None:
    """Return what is missing where each try has to fall into one of these faults, or None."""
    listed, acts = [each for each in in_force(recording) if each.fault in faults], list(acts)
    for act in acts:
        if not any(_covers(each, act) for each in listed):
            missed = f"{' and '.join(faults)}: not in force at {the_try(act)}"
            return f"{missed}: {_nearest(listed, [act])}" if listed else missed
    return _unreal(recording, acts, faults)


def never_met(
    recording: Recording,
    listed: Iterable[InForce],
    called: Callable[[InForce], str] = attrgetter("spec"),
) -> str | None:
    """Return the first fault that nobody met in any of its stretches of time.

    Args:
        recording: of which.
        listed: the stretches.
        called: what makes two of them one fault: that it is written alike, or has one name.
    """
    met: dict[str, bool] = {}
    for each in listed:
        met[called(each)] = met.get(called(each), False) or _is_met(recording, each)
    return next((fault for fault, was_met in met.items() if not was_met), None)


def _is_met(recording: Recording, stretch: InForce) -> bool:
    if stretch.met is not None:
        return stretch.met > 0
    return any(
        event.fault == stretch.fault and entry.t_ns >= stretch.from_ns
        for entry, event in recording.of(FaultMet)
    )


def _unreal(recording: Recording, acts: Iterable[Attempt], faults: Collection[str]) -> str | None:
    """Return the first try around which nobody met any of these faults."""
    met = [entry.t_ns for entry, event in recording.of(FaultMet) if event.fault in faults]
    for act in acts:
        until_ns = max(act.settled_ns or 0, act.began_ns) + WITNESS_NS
        if not any(act.began_ns - WITNESS_NS <= t_ns <= until_ns for t_ns in met):
            return f"nobody met the fault around {the_try(act)}"
    return None


def _covers(stretch: InForce, act: Attempt) -> bool:
    return stretch.covers(act.began_ns, act.ended_ns)


def _nearest(listed: Iterable[InForce], acts: Iterable[Attempt]) -> str:
    """Return why the fault that was nearest to a try was not in force, and what would help."""
    pairs = ((stretch, act.began_ns) for stretch in listed for act in acts)
    stretch, at_ns = min(pairs, key=lambda pair: pair[0].off_by_ns(pair[1]))
    return stretch.why_not(at_ns)


def the_try(act: Attempt) -> str:
    """Return what a reason calls a try: by the second in which it began."""
    return f"the try at {act.began_ns / NS_PER_S:.0f} s"
