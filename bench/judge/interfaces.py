"""Whether the bench's CAN interfaces and its calendar clock can have changed what was seen."""

from bench.events import (
    BusStateChanged,
    ClockStepped,
    ErrorSeen,
    FaultArmed,
    FaultCleared,
    FrameSeen,
    FramesNotSent,
)
from bench.judge.can_faults import BENCH_NODES
from bench.presentation.layers import OF_THE_CAR
from bench.recording import Recording
from bench.units import duration

OWN = "bench"  # the node whose controller is the bench's own interface


def interface_problem(recording: Recording) -> str | None:
    """Return what makes a verdict worthless, unless a fault of a bus was armed at that time."""
    return (
        _not_sent(recording)
        or _controller(recording)
        or _only_errors(recording)
        or _stepped(recording)
    )


def _not_sent(recording: Recording) -> str | None:
    for entry, event in recording.of(FramesNotSent):
        if not _disturbed(recording, entry.t_ns):
            return f"{event.count} frames were not sent on {event.bus}: {event.reason}"
    return None


def _controller(recording: Recording) -> str | None:
    """Whether the bench's own controller was in trouble: nobody hears it, or it hears nobody."""
    for entry, event in recording.of(BusStateChanged):
        own = event.node == OWN and event.state != "error_active"
        if own and not _disturbed(recording, entry.t_ns):
            state = event.state.replace("_", "-")
            return (
                f"the bench's controller on {event.bus} became {state}: bit rate, wires, "
                "termination, or nobody who acknowledges"
            )
    return None


def _only_errors(recording: Recording) -> str | None:
    """Whether a bus spoke in error frames only, as one with another bit rate does."""
    errors: dict[str, int] = {}
    for entry, event in recording.of(ErrorSeen):
        # an interface does not say which frame was destroyed: so it is one, not the simulated bus
        if event.identifier < 0 and not _disturbed(recording, entry.t_ns):
            errors[event.bus] = errors.get(event.bus, 0) + 1
    if not errors:
        return None
    heard = {e.bus for _, e in recording.of(FrameSeen) if e.sender not in BENCH_NODES}
    for bus, count in errors.items():
        if bus not in heard:
            return f"{count} error frames on {bus} and no frame: is its bit rate right?"
    return None


def _stepped(recording: Recording) -> str | None:
    for _, event in recording.of(ClockStepped):
        way = "forward" if event.step_ns > 0 else "back"
        by = duration(abs(event.step_ns) / 1e9)
        return f"the computer's clock was set {way} by {by} during the run"
    return None


def _disturbed(recording: Recording, at_ns: int) -> bool:
    """Whether a fault of a bus was armed at a time."""
    armed = [
        entry for entry, event in recording.of(FaultArmed)
        if event.layer in OF_THE_CAR and entry.t_ns <= at_ns
    ]  # fmt: skip
    over = {entry.cause for entry, _ in recording.of(FaultCleared) if entry.t_ns <= at_ns}
    return any(entry.seq not in over for entry in armed)
