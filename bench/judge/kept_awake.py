"""Who keeps a bus awake that should sleep, as far as its frames tell."""

from bench.events import FrameSeen, StateChecked
from bench.recording import Recording
from bench.units import to_ns

BUS = "bus_"
LATELY_NS = to_ns(2.0)  # a bus without a frame for so long sleeps
MOST_TOLD = 3


def kept_awake(recording: Recording, item: str) -> str:
    """Return which frames of nobody here a bus carried last, when it was to sleep ("": none).

    Args:
        recording: of a real car, or of the units of one that stand beside simulated ones.
        item: of the starting state ("bus_body").
    """
    checks = (e.t_ns for e, v in recording.of(StateChecked) if v.item == item and not v.verified)
    until_ns = next(checks, None)
    if until_ns is None or not item.startswith(BUS):
        return ""
    foreign = {
        frame.identifier
        for entry, frame in recording.of(FrameSeen)
        if frame.bus == item.removeprefix(BUS)
        and not frame.sender
        and until_ns - LATELY_NS <= entry.t_ns <= until_ns
    }
    told = [f"0x{identifier:X}" for identifier in sorted(foreign)]
    more = f" and {len(told) - MOST_TOLD} more" if len(told) > MOST_TOLD else ""
    return f"by {', '.join(told[:MOST_TOLD])}{more}" if told else ""
