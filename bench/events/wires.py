"""Electrical lines, as the bench senses and disturbs them."""

from dataclasses import dataclass
from typing import ClassVar

from bench.events.event import Event

# what the names of a door's lines begin with; the door follows
LOCK_MOTOR, LATCH = "lock_motor_", "latch_"
OF_DOORS = (LOCK_MOTOR, LATCH)
TERMINAL_30 = "terminal_30"  # feeds every unit; a fob's cell and a wire of one unit do not
# what the names of one unit's own supply and ground begin with; its node follows, in lower case
OWN_SUPPLY, OWN_GROUND = f"{TERMINAL_30}_", "ground_"
KEYPAD = "keypad_"  # what the names of a keypad's wires begin with; a digit follows
KEYPAD_KEYS = tuple(f"{KEYPAD}{digit}" for digit in range(10))


def node_fed_by(wire: str) -> str:
    """Return the unit whose own supply or ground a wire is, by its node ("": it is another wire).

    >>> node_fed_by("ground_bcm"), node_fed_by("terminal_30")
    ('BCM', '')
    """
    own = (wire.removeprefix(p) for p in (OWN_SUPPLY, OWN_GROUND) if wire.startswith(p))
    return next(own, "").upper()


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
