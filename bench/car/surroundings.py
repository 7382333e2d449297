"""What a unit of the simulated car is built into: of the other units it knows nothing."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.can.roles import RoleMap
from bench.car.harness import MakePort
from bench.car.lin_side import KEY, LinSide
from bench.car.model import CarModel
from bench.clock.timebase import Timebase
from bench.journal import Journal
from bench.radio.air import Air
from bench.wiring.nets import Wiring


@dataclass(frozen=True)
class Surroundings:
    """A car as one of its units meets it: what is fitted, and where the unit's plugs end.

    Attributes:
        model: what is fitted and how it is set.
        time: the clock it lives by.
        journal: the diary.
        wiring: the nets that its plugs end on.
        air: the radio around it.
        role_maps: per bus ("body", "telematics", "inner") what it carries.
        make_port: makes a port for a bus and a node.
        seed: of its own randomness.
        fobs: names of the fobs it has learned.
        lin: its end of each LIN bus.
        running: the power modes of a car that was started: its button stops it.
    """

    model: CarModel
    time: Timebase
    journal: Journal
    wiring: Wiring
    air: Air
    role_maps: Mapping[str, RoleMap]
    make_port: MakePort
    seed: int
    fobs: Sequence[str]
    lin: Mapping[str, LinSide] = field(default_factory=dict)
    running: frozenset[str] = frozenset({"ready"})

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop it lives on."""
        return self.time.loop

    def keypad_lin(self) -> LinSide | None:
        """Return the LIN bus that the keypad is on; None where its wires end at the BCM."""
        sides = [side for side in self.lin.values() if KEY in side.roles.roles]
        return sides[0] if sides and self.model.fits("keypad") else None
