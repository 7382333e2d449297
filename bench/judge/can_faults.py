"""What faults of the car's own buses mean for a verdict."""

from collections.abc import Iterator

from bench.events import (
    BusStateChanged,
    CutOff,
    ErrorSeen,
    FaultArmed,
    FaultCleared,
    FaultMet,
    FramePassed,
    FrameSeen,
)
from bench.journal import Entry
from bench.judge.attempts import Attempt
from bench.judge.away import is_away
from bench.judge.behind import behind, roles_in
from bench.judge.of_the_car import of_the_car
from bench.judge.verdict import Case
from bench.presentation.layers import OF_THE_CAR
from bench.recording import Recording

ALL = -1
# nodes that are the bench's own: what happens to them is not the car's doing
BENCH_NODES = ("bench", "restbus", "TCU", "python-can", "fault", "tester")


def only_car_faults(case: Case) -> bool:
    """Whether nothing but the car's buses and wires is disturbed: the cloud works."""
    layers = {event.layer for _, event in case.recording.of(FaultArmed)}
    return bool(layers) and layers <= OF_THE_CAR


def taken_away(case: Case, act: Attempt) -> str | None:
    """Return what a path needs and a fault had taken away by its nature at a try, or None.

    What it needs is read from the baseline: the frames in the chain of causes of what moved, by
    who sends them and, by the database, who is to receive them. A real unit tells no causes: there
    it is the frames by which the bench's own units had asked it.
    """
    for entry, cut in case.recording.of(CutOff):
        if not is_away(case.recording, entry, act):
            continue
        for frame in _needed(case):
            if frame.bus == cut.bus and _is_cut(frame, cut, case.recording):
                whom = f"{cut.node} on {cut.bus}" if cut.node else cut.bus
                return (
                    f"without the fault it goes over {whom} (frame 0x{frame.identifier:X}), "
                    "which the fault takes away"
                )
    return None


def _needed(case: Case) -> Iterator[FrameSeen | FramePassed]:
    """Yield the frames because of which the car moved in the baseline."""
    if case.baseline is None or case.baseline_ledger is None:
        return
    for act in case.baseline_ledger.acts:
        for actuation in act.actuations:
            for entry in behind(case.baseline, act, actuation):
                if isinstance(entry.event, FrameSeen | FramePassed):
                    yield entry.event


def _is_cut(frame: FrameSeen | FramePassed, cut: CutOff, recording: Recording) -> bool:
    if cut.identifier not in {ALL, frame.identifier}:
        return False
    return not cut.node or cut.node in _parties(frame, recording)


def senders_of(frame: FrameSeen | FramePassed, recording: Recording) -> set[str]:
    """Return who sends a frame: its sender, and who does so by the database."""
    return {frame.sender, *(s for role in roles_in(frame, recording) for s in role["senders"])}


def _parties(frame: FrameSeen | FramePassed, recording: Recording) -> set[str]:
    """Return who sends a frame and who is to receive it."""
    receivers = (r for role in roles_in(frame, recording) for r in role.get("receivers", ()))
    return {*senders_of(frame, recording), *receivers}


def is_injected(recording: Recording, entry: Entry) -> bool:
    """Whether a fault of a bus stands among the causes of an entry."""
    names = {event.fault for _, event in of_the_car(recording)}
    return any(
        isinstance(each.event, FaultMet | FaultArmed) and each.event.fault in names
        for each in recording.causes(entry.seq)
    )


def is_explained(recording: Recording, entry: Entry) -> bool:
    """Whether a node's bus-off was injected, or is the car's own doing.

    An interface does not say why its controller went off; so a fault that is armed on that bus at
    the time explains it. The car's own doing it is when one of its units has flagged the error.
    """
    event = entry.event
    if not isinstance(event, BusStateChanged):
        return False
    if is_injected(recording, entry):
        return True
    for each in recording.causes(entry.seq):
        if isinstance(each.event, ErrorSeen) and each.event.flagged_by not in ("", *BENCH_NODES):
            return True
    return event.node in BENCH_NODES and _disturbed(recording, event.bus, entry.t_ns)


def _disturbed(recording: Recording, bus: str, at_ns: int) -> bool:
    """Whether a fault that takes a bus away was armed at a time."""
    begun = [e for e, cut in recording.of(CutOff) if cut.bus == bus and e.t_ns <= at_ns]
    ended = [e.cause for e, _ in recording.of(FaultCleared) if e.t_ns <= at_ns]
    return any(entry.cause not in ended for entry in begun)


def cleared_ns(recording: Recording) -> int | None:
    """Return when the last fault of a bus was cleared; None: there was none, or it still is."""
    armed = {event.fault for _, event in of_the_car(recording)}
    times = [entry.t_ns for entry, event in recording.of(FaultCleared) if event.fault in armed]
    return max(times, default=None)
