"""One bus as faults see it, whatever carries it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.can.controller import OnMissed
from bench.can.databases import senders_of
from bench.can.interface.bus import InterfaceBus
from bench.can.port import Port
from bench.can.roles import RoleMap
from bench.can.simulated.medium import Medium
from bench.can.speakers import speakers
from bench.can.tampering import Tampering
from bench.can.transmitter import KnownProtection, protection_of
from bench.errors import ConfigError, nearest
from bench.injection import Undo
from bench.journal import Journal

if TYPE_CHECKING:
    from cantools.database.can import Message

FAULT = "fault"  # the node as which faults send
OWN_NODES = (FAULT, "bench")
SIMULATED = "simulated"


class CanSite:
    """One bus: what a fault can do to it.

    Args:
        roles: what it carries.
        interface: what carries it, in the bench file's word.
        bitrate: nominal bit/s.
        has_wire: whether it has lines of copper.
        journal: where faults write.
        sides: the connections of this process: one simulated wire, or the bench's connection and
            the simulated car's.

    Attributes:
        stood_in: the messages that a restbus sends in place of units that are not there.
    """

    def __init__(
        self,
        roles: RoleMap,
        *,
        interface: str,
        bitrate: int,
        has_wire: bool,
        journal: Journal,
        sides: "Sequence[Medium | InterfaceBus]",
    ) -> None:
        self.roles, self.interface, self.bitrate = roles, interface, bitrate
        self.has_wire, self.journal = has_wire, journal
        self._sides = tuple(sides)
        self.bus = self._sides[0].bus
        self.stood_in: set[str] = set()

    @property
    def tampering(self) -> Tampering:
        """Where what nodes of this process send can be changed."""
        return self._sides[0].tampering

    def port(self) -> Port:
        """Return a connection of the faults' own."""
        return self._sides[0].port(FAULT)

    def wire(self, what: str, missing: str) -> Medium:
        """Return the simulated wire, on which single bits can be disturbed.

        Args:
            what: what the fault wants to do, for the error.
            missing: what a bench would need to do it.

        Raises:
            ConfigError: an interface carries this bus: it cannot.
        """
        wire = self._sides[0]
        if self.interface != SIMULATED or not isinstance(wire, Medium):
            raise ConfigError(
                f"can.{self.bus}: {self.interface} cannot {what}: that needs {missing}; "
                'on the simulated bus (time = "simulated") it works'
            )
        return wire

    # ── nodes ─────────────────────────────────────────────────────────────────────────────

    def nodes(self) -> list[str]:
        """Return the nodes of this process: simulated units, the restbus, the mocked TCU."""
        names: set[str] = set()
        for side in self._sides:
            names |= set(side.nodes.names() if isinstance(side, Medium) else side.nodes)
        return sorted(names - set(OWN_NODES))

    def check_node(self, node: str, source: str) -> None:
        """Raise ConfigError for a node that is not of this process."""
        if node not in self.nodes():
            raise ConfigError(
                f'{source}: can.{self.bus} has no simulated node "{node}" (a real unit is cut off '
                f"by a relay in its wires): {nearest(node, self.nodes())}"
            )

    def cut(self, node: str, on_missed: OnMissed) -> Undo:
        """Open a node's wires: it neither sends nor hears; `on_missed` is told of each frame."""
        for side in self._sides:
            if isinstance(side, Medium):
                return side.nodes.cut(node, on_missed)
            if node in side.nodes:
                return side.cut(node, on_missed)
        raise ConfigError(f"can.{self.bus} has no node {node}")

    # ── messages ──────────────────────────────────────────────────────────────────────────

    def message(self, name: str, source: str) -> "Message":
        """Return a message by its name or by a role that it carries.

        Raises:
            ConfigError: there is none, or a real unit sends it.
        """
        messages, roles = self.roles.database.messages, self.roles.roles
        if name in roles:
            found = roles[name].message
        elif name in messages:
            found = messages[name]
        else:
            hint = nearest(name, [*messages, *roles])
            raise ConfigError(f'{source}: can.{self.bus} has no message or role "{name}": {hint}')
        if not self._sent_here(found):
            raise ConfigError(
                f"{source}: {found.name} on can.{self.bus} is sent by {', '.join(found.senders)}, "
                "which is real or not there: the bench can change only what it sends itself (its "
                "restbus, its simulated units)"
            )
        return found

    def _sent_here(self, message: "Message") -> bool:
        named = senders_of(message)
        spoken = bool((named | self._speakers(message)) & set(self.nodes()))
        return spoken or not named or message.name in self.stood_in

    def _speakers(self, message: "Message") -> set[str]:
        """Return the simulated units that say what a message carries."""
        names = (name for name, role in self.roles.roles.items() if role.message is message)
        return set[str]().union(*(speakers(self.bus, name) for name in names))

    def claim_spoken(self) -> None:
        """Take what only units of this process say for theirs, also before they have said it.

        On the simulated bus there is nobody else.
        """
        nodes = set(self.nodes())
        spoken = {
            role.key for role in self.roles.roles.values()
            if (by := self._speakers(role.message)) and by <= nodes
        }  # fmt: skip
        nm = self.roles.network_management
        for side in self._sides:
            for identity in spoken | ({nm.own_identity} if nm else set()):
                if not isinstance(side, Medium):
                    side.claim(identity)

    def protection(self, message: "Message") -> KnownProtection | None:
        """Return a message's protection, if there is one and it is known."""
        found = protection_of(message, self.roles.protection.get(message.name))
        return found if isinstance(found, KnownProtection) else None

    def protected(self, name: str, source: str) -> "dict[Message, KnownProtection]":
        """Return a message (or, without a name, every one) with its known protection.

        Raises:
            ConfigError: there is no such message, or nothing known protects it.
        """
        if name:
            chosen = [self.message(name, source)]
        else:
            all_messages = self.roles.database.messages.values()
            chosen = [m for m in all_messages if self._sent_here(m)]
        found = {m: p for m in chosen if (p := self.protection(m)) is not None}
        if not found:
            unknown = [m for m, s in self.roles.protection.items() if s.scheme == "unknown"]
            why = f"; unknown: {', '.join(unknown)}" if unknown else ""
            raise ConfigError(
                f"{source}: on can.{self.bus} no known protection (a counter, a CRC) stands in the "
                f"role file for {name or 'any message that the bench sends'}{why}"
            )
        return found
