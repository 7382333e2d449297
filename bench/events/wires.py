"""Electrical lines, as the bench senses and disturbs them."""

from dataclasses import dataclass
from typing import ClassVar

from bench.events.event import Event

# what the names of a door's lines begin with; the door follows
LOCK_MOTOR, LATCH = "lock_motor_", "latch_"
OF_DOORS = (LOCK_MOTOR, LATCH)
TERMINAL_30 = "terminal_30"  # feeds every unit; a fob's cell and a wire of one unit do not


@dataclass(frozen=True, slots=True)
class Edge(Event):
    """A sensed electrical line changed: `level` in the line's own words.

    Where a line has to be asked, it may have changed up to `uncertain_ns` earlier.
    """

    lane: ClassVar[str] = "wiring"
    line: str
    level: str
    uncertain_ns: int = 0


@dataclass(frozen=True, slots=True)
class LineLevel(Event):
    """How a sensed line stands as the bench begins to look."""

    lane: ClassVar[str] = "wiring"
    line: str
    level: str


@dataclass(frozen=True, slots=True)
class WireDisturbed(Event):
    """A fault has a wire of the car: `how` is open, to_ground, to_supply or a short's other wire.

    `units` are those that are without supply or ground because of it ("all": every one).
    """

    lane: ClassVar[str] = "wiring"
    wire: str
    how: str
    units: tuple[str, ...]
