"""Whether a lock motor's pulse has moved its latch, where a bench senses both."""

from typing import Protocol

from bench.events import Edge, LineLevel
from bench.events.wires import LATCH, LOCK_MOTOR
from bench.recording import Recording
from bench.units import to_ns

FOLLOWS_NS = to_ns(1.0)  # a latch follows its motor well within that (assumed)
STANDS = {"unlock": "unlocked", "lock": "locked"}


class Movement(Protocol):
    """What moved: lines of a function at a time."""

    function: str
    t_ns: int
    lines: list[str]


def driven_in_vain(recording: Recording, movement: Movement) -> bool:
    """Whether a motor was driven and its door's sensed latch did not follow.

    A motor with too little voltage hums and moves nothing. One latch that did not follow speaks
    for all doors of that movement, which are driven together, unless another one was seen to
    move: then the car is open. A latch that nobody senses, or that stood there already, says
    nothing; nor does one for which there was no time yet.
    """
    if recording.entries[-1].t_ns < movement.t_ns + FOLLOWS_NS:
        return False
    wanted = STANDS.get(movement.function)
    if wanted is None or any(line.startswith(LATCH) for line in movement.lines):
        return False
    motors = [line for line in movement.lines if line.startswith(LOCK_MOTOR)]
    doors = [line.removeprefix(LOCK_MOTOR) for line in motors]
    return any(_stays(recording, f"{LATCH}{door}", wanted, movement.t_ns) for door in doors)


def _stays(recording: Recording, latch: str, wanted: str, from_ns: int) -> bool:
    """Whether a sensed latch stood otherwise and did not come to stand as wanted in time."""
    before = None
    for entry in recording.entries:
        event = entry.event
        if not isinstance(event, Edge | LineLevel) or event.line != latch:
            continue
        if entry.t_ns <= from_ns:
            before = event.level
        elif entry.t_ns <= from_ns + FOLLOWS_NS and event.level == wanted:
            return False
    return before is not None and before != wanted
