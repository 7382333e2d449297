"""`[car] real`: units that stand on the table, so that nobody sends in their place."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bench.can.databases import senders_of
from bench.can.restbus import choose, named
from bench.can.roles import RoleMap
from bench.config.bench_file import StationFile
from bench.errors import ConfigError, nearest
from bench.events.wires import KEYPAD_KEYS

# the simulated units, and what they are called on the buses
NODES = {
    "bcm": "BCM", "digital_key": "DKM", "passive_entry": "PEPS", "immobiliser": "IMMO",
    "gateway": "GW", "head_unit": "HU",
}  # fmt: skip


# the switches of the car, and the unit at the end of their wires
SWITCHES = {
    **dict.fromkeys(("handle_driver", "handle_driver_lock", "start_button"), "passive_entry"),
    **dict.fromkeys(("cylinder_unlock", "cylinder_lock"), "bcm"),
    **dict.fromkeys(("interior_unlock", "interior_lock"), "bcm"),
    **dict.fromkeys(KEYPAD_KEYS, "bcm"),
}


@dataclass(frozen=True)
class RealUnits:
    """What is real on this bench.

    Attributes:
        units: simulated units that are left out of the car.
        messages: per bus, the messages that the restbus leaves to them.
    """

    units: frozenset[str]
    messages: dict[str, frozenset[str]]

    def stood_in(self, file: StationFile, bus: str, roles: RoleMap) -> set[str]:
        """Return the messages of a bus that the bench file has a restbus send."""
        section = file.content.can.get(bus)
        names = section.restbus if section is not None else []
        chosen = {message.name for message in choose(roles, *named(roles, names))}
        return chosen - self.messages[bus] - roles.nm_messages()


def real_units(file: StationFile, role_maps: Mapping[str, RoleMap]) -> RealUnits:
    """Return what is real: units by name, senders of a database, messages where none is named.

    Raises:
        ConfigError: a name that is none of these.
    """
    names = file.content.car.real
    where = f"{file.path}: car.real"
    senders = {
        bus: {name: senders_of(m) for name, m in roles.database.messages.items()}
        for bus, roles in role_maps.items()
    }
    known = {*NODES, *(n for of in senders.values() for m, s in of.items() for n in (m, *s))}
    for name in names:
        if name not in known:
            raise ConfigError(
                f'{where}: no unit, sender or message "{name}": {nearest(name, known)}'
            )
    wanted = _wanted(names)
    messages = {
        bus: frozenset(m for m, by in of.items() if m in wanted or by & wanted)
        for bus, of in senders.items()
    }
    return RealUnits(real_unit_names(names), messages)


def real_unit_names(names: Collection[str]) -> frozenset[str]:
    """Return the units that `car.real` takes out of the simulated car."""
    wanted = _wanted(names)
    return frozenset(unit for unit, node in NODES.items() if node in wanted)


def _wanted(names: Collection[str]) -> set[str]:
    """Return names with those that units have on the buses."""
    return {*names, *(NODES[name] for name in names if name in NODES)}
