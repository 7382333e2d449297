"""Which unit is at the end of a wire, and whether it is real: as the contacts have to be in it."""

from collections.abc import Collection
from dataclasses import dataclass

from bench.events.wires import LATCH, LOCK_MOTOR, TERMINAL_30, node_fed_by
from bench.faults.electrics import End
from bench.station.real_units import NODES, SWITCHES

OF_BODY_CONTROLLER = (LOCK_MOTOR, LATCH, "door_", "hood_", "terminal_15")
BY_NODE = {node: unit for unit, node in NODES.items()}


@dataclass(frozen=True)
class WireEnds:
    """The wires' ends on a bench.

    Args:
        units: the units of the car that are real.
        telematics: whether the telematics unit is real.
    """

    units: Collection[str]
    telematics: bool

    def __call__(self, wire: str) -> End | None:
        """Return what is at the end of a wire (None: it may be anything)."""
        unit = unit_at(wire)
        if unit is not None:
            return End(unit, real=unit in self.units)
        if wire == "telematics_supply":
            return End("telematics unit", real=self.telematics)
        if wire == TERMINAL_30:
            return End("car", real=bool(self.units))
        return None if self.units or self.telematics else End("car", real=False)


def unit_at(wire: str) -> str | None:
    """Return the unit that a wire belongs to, where that is known.

    >>> unit_at("handle_driver"), unit_at("ground_dkm"), unit_at("latch_driver"), unit_at("horn")
    ('passive_entry', 'digital_key', 'bcm', None)
    """
    if node := node_fed_by(wire):
        return BY_NODE.get(node)
    return "bcm" if wire.startswith(OF_BODY_CONTROLLER) else SWITCHES.get(wire)
