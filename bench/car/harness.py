"""The car's own wiring of signals: which bus carries which function.

A unit says "passive_entry_request" and does not know on which bus it goes. What the body
database under test carries goes there, where the bench can see it. What it does not carry goes
over a bus of the car that the bench is not wired to: real cars have several, and most of their
traffic is in no database that one has.
"""

from collections.abc import Callable

from bench.can.network_management import NmNode, times_of
from bench.can.port import Port
from bench.can.role_bus import OnRejected, OnValue, RoleBus
from bench.can.roles import RoleMap

MakePort = Callable[[str, str], Port]
NM_BODY, NM_TELEMATICS = 0x500, 0x510
BODY_NODES = ("BCM", "PEPS", "DKM", "IMMO", "GW")
TELEMATICS_NODES = ("TCU", "GW", "HU")
STAND_IN = "restbus"  # the node that stands for units which are not there; as in dbc/*.toml
SHIFTS = (0, *range(0x20, 0x200, 0x20))  # short of diagnosis, which begins at 0x700
_IDENTIFIERS = {
    "body": {node: NM_BODY + n for n, node in enumerate(BODY_NODES, 1)} | {STAND_IN: NM_BODY + 0xF},
    "inner": {node: NM_BODY + n for n, node in enumerate(BODY_NODES, 1)},
    "telematics": {node: NM_TELEMATICS + n for n, node in enumerate(TELEMATICS_NODES, 1)}
    | {STAND_IN: NM_TELEMATICS + 0xF},
}


def _identifiers(bus: str, roles: RoleMap) -> dict[str, int]:
    """Return the nodes' NM identifiers: the usual ones, or others where the database has those."""
    usual = _IDENTIFIERS[bus]
    own = roles.nm_messages()
    known = {m.frame_id for m in roles.database.messages.values()
             if not m.is_extended_frame and m.name not in own}  # fmt: skip
    shifts = (by for by in SHIFTS if known.isdisjoint(each + by for each in usual.values()))
    by = next(shifts, 0)
    return {node: each + by for node, each in usual.items()}


def nm_identifier(bus: str, node: str, roles: RoleMap) -> int:
    """Return the identifier of a node's NM message."""
    return _identifiers(bus, roles)[node]


def nm_identifiers(bus: str, node: str, roles: RoleMap) -> tuple[int, list[int]]:
    """Return the identifier of a node's NM message, and those of all others.

    These are the simulated units' and the bus's own: a unit on the table says by one of those that
    it needs the bus.
    """
    identifiers, section = _identifiers(bus, roles), roles.network_management
    declared = section.identities if section is not None else ()
    own = identifiers[node]
    return own, sorted({*identifiers.values(), *declared} - {own})


class Connector:
    """One unit's plugs: role buses by name, and its share of network management.

    Args:
        node: the unit's name on the buses.
        buses: per bus its role map, in the order in which a role is looked for.
        make_port: makes a port for a bus and a node.
        on_awake: called when a bus is awake and the unit may send there (bus, cause).
        on_asleep: called when the unit must be silent there.
        on_rejected: told the message, why and the entry, when one begins to be rejected.
    """

    def __init__(
        self,
        node: str,
        buses: dict[str, RoleMap],
        make_port: MakePort,
        *,
        on_awake: Callable[[str, int | None], None],
        on_asleep: Callable[[str], None],
        on_rejected: OnRejected | None = None,
    ) -> None:
        self._buses: dict[str, RoleBus] = {}
        self._nm: dict[str, NmNode] = {}
        for bus, roles in buses.items():
            port = make_port(bus, node)
            self._buses[bus] = RoleBus(port, roles, checks=True)
            self._buses[bus].on_rejected = on_rejected
            self._nm[bus] = self._join(bus, node, port, on_awake, on_asleep)

    def _join(
        self,
        bus: str,
        node: str,
        port: Port,
        on_awake: Callable[[str, int | None], None],
        on_asleep: Callable[[str], None],
    ) -> NmNode:
        roles = self._buses[bus].roles
        own, others = nm_identifiers(bus, node, roles)
        return NmNode(
            port, own, own & 0xF, others,
            on_awake=lambda cause: on_awake(bus, cause), on_asleep=lambda: on_asleep(bus),
            times=times_of(roles.network_management),
        )  # fmt: skip

    def bus_of(self, role: str, only: str | None = None) -> RoleBus | None:
        """Return the bus that carries a role (of those named by `only`), or None."""
        for name, bus in self._buses.items():
            if bus.carries(role) and only in {None, name}:
                return bus
        return None

    def bus(self, name: str) -> RoleBus:
        """Return a bus by name."""
        return self._buses[name]

    def role_buses(self) -> list[RoleBus]:
        """Return every bus."""
        return list(self._buses.values())

    def ports(self) -> list[Port]:
        """Return the unit's connection to each bus."""
        return [bus.port for bus in self._buses.values()]

    def names(self) -> list[str]:
        """Return the names of the buses."""
        return list(self._buses)

    def awake(self, bus: str) -> bool:
        """Whether this unit may send on a bus."""
        return self._nm[bus].awake

    async def wake(self, bus: str, cause: int | None) -> None:
        """Need a bus; returns when this unit may send there."""
        await self._nm[bus].request(cause)

    def release(self, bus: str) -> None:
        """Need a bus no more."""
        self._nm[bus].release()

    def forget(self) -> None:
        """Know nothing of what was heard on any bus, as after a reset."""
        for bus in self._buses.values():
            bus.forget()

    def watch(self, role: str, on_value: OnValue, only: str | None = None) -> None:
        """Call `on_value` when a role's value changes; a role that nothing carries stays silent."""
        bus = self.bus_of(role, only)
        if bus is not None:
            bus.watch(role, on_value)
