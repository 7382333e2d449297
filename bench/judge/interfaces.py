"""Whether the bench's CAN interfaces and its calendar clock can have changed what was seen."""

from bisect import bisect_left

from bench.events import (
    BusStateChanged,
    ClockStepped,
    ErrorSeen,
    FaultCleared,
    FrameSeen,
    FramesNotSent,
)
from bench.judge.can_faults import BENCH_NODES
from bench.judge.of_the_car import of_the_car
from bench.recording import Recording
from bench.units import NS_PER_S, duration, to_ns

OWN = "bench"  # the node whose controller is the bench's own interface
# assumed: one burst destroys a frame and its repetitions, for milliseconds; what lasts is a wire
MANY_ERRORS, DEAF_NS = 10, to_ns(0.5)


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
    """Whether a bus spoke in error frames only, as one does with another bit rate or a short."""
    for bus, errors_ns in _errors(recording).items():
        frames = [
            (entry.t_ns, event.sender) for entry, event in recording.of(FrameSeen)
            if event.bus == bus and event.sender not in BENCH_NODES
        ]  # fmt: skip
        if not frames:
            return f"{len(errors_ns)} error frames on {bus} and no frame: is its bit rate right?"
        # a frame of a simulated unit only shows that an interface has taken it
        heard_ns = [t_ns for t_ns, sender in frames if not sender] or [t_ns for t_ns, _ in frames]
        if told := _deaf(bus, errors_ns, [*heard_ns, recording.entries[-1].t_ns]):
            return told
    return None


def _errors(recording: Recording) -> dict[str, list[int]]:
    """Return per bus when an interface reported an error frame that no fault explains."""
    errors: dict[str, list[int]] = {}
    for entry, event in recording.of(ErrorSeen):
        # an interface does not say which frame was destroyed: so it is one, not the simulated bus
        if event.identifier < 0 and not _disturbed(recording, entry.t_ns):
            errors.setdefault(event.bus, []).append(entry.t_ns)
    return errors


def _deaf(bus: str, errors_ns: list[int], heard_ns: list[int]) -> str | None:
    """Return that for a while there were many error frames and no frame, or None."""
    heard_ns.sort()
    stretches: dict[int, list[int]] = {}  # error frames by the frame that followed them
    for error_ns in errors_ns:
        stretches.setdefault(bisect_left(heard_ns, error_ns), []).append(error_ns)
    for after, stretch in stretches.items():
        until_ns = heard_ns[min(after, len(heard_ns) - 1)]
        if len(stretch) >= MANY_ERRORS and until_ns - stretch[0] >= DEAF_NS:
            return (
                f"{len(stretch)} error frames on {bus} from {stretch[0] / NS_PER_S:.2f} s on, and "
                f"no frame for {duration((until_ns - stretch[0]) / NS_PER_S)}: is it shorted or "
                "open, or its bit rate another?"
            )
    return None


def _stepped(recording: Recording) -> str | None:
    for _, event in recording.of(ClockStepped):
        way = "forward" if event.step_ns > 0 else "back"
        by = duration(abs(event.step_ns) / 1e9)
        return f"the computer's clock was set {way} by {by} during the run"
    return None


def _disturbed(recording: Recording, at_ns: int) -> bool:
    """Whether a fault of a bus was armed at a time."""
    armed = [entry for entry, _ in of_the_car(recording) if entry.t_ns <= at_ns]
    over = {entry.cause for entry, _ in recording.of(FaultCleared) if entry.t_ns <= at_ns}
    return any(entry.seq not in over for entry in armed)
