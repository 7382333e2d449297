"""The simulated car's end of a LIN bus, and what travels on the one in its door."""

from dataclasses import dataclass

from bench.can.roles import RoleMap
from bench.lin.ldf import Description
from bench.lin.simulated import SimulatedLin

KEY, BACKLIGHT = "keypad_key", "keypad_backlight"  # roles
NONE = "none"  # of the key: none is down


@dataclass(frozen=True)
class LinSide:
    """The car's end of a LIN bus.

    Attributes:
        line: the wires.
        roles: what is meant by what travels there.
        description: its LDF file.
        mastered: whether the bench sends the headers, instead of the body controller.
    """

    line: SimulatedLin
    roles: RoleMap
    description: Description
    mastered: bool = False
