"""The car's wires and supplies as faults see them: by the contacts that the bench file names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Protocol

from bench.config.contact import Contact
from bench.config.instrument_sections import SupplySection
from bench.errors import ConfigError, nearest
from bench.events import BenchFault, WireDisturbed
from bench.journal import Journal
from bench.wiring.nets import GROUND, Net, Wiring

SLIP = 0.88  # how much alike a slip of the pen is: "handle_drivr", not "handle_rear"


@dataclass(frozen=True)
class End:
    """What is at the end of a wire: which unit, and whether it is a real one."""

    unit: str
    real: bool


def anywhere(_wire: str) -> End | None:
    """Return what is at the end of a wire: nobody knows."""
    return None


class Switchboard(Protocol):
    """What faults need of the station's instruments.

    Attributes:
        contacts: per function what its contact does.
        sections: per supply what the bench file says: its voltage when nothing disturbs it, say.
        simulated: the functions whose contacts stand in the simulated car.
    """

    contacts: dict[str, Contact]
    sections: dict[str, SupplySection]
    simulated: set[str]

    def switch(self, function: str, *, closed: bool, cause: int | None) -> int:
        """Open or close a contact."""
        ...

    def contact_closed(self, function: str) -> bool | None:
        """Return whether a contact is closed, if its board reads back."""
        ...

    def set_voltage(
        self, supply: str, volts: float, cause: int | None, *, measured: bool = False
    ) -> int:
        """Set a supply's voltage."""
        ...

    def measured_voltage(self, supply: str) -> float:
        """Return what stands at a supply, in volts."""
        ...


class Electrics:
    """What a fault can do to the car's wires and supplies on this bench.

    Args:
        board: the instruments.
        wiring: the simulated car's nets, where there are any.
        journal: where it is written.
        ends: says what is at the end of a wire (None: it may be anything).
    """

    def __init__(
        self,
        board: Switchboard,
        wiring: Wiring,
        journal: Journal,
        ends: Callable[[str], End | None] = anywhere,
    ) -> None:
        self.board, self._wiring, self._journal, self._ends = board, wiring, journal, ends

    def opening(self, wire: str, source: str) -> str:
        """Return the contact that stands in a wire; raises ConfigError if none does."""
        found = {c.opens: name for name, c in self.board.contacts.items() if c.opens}
        if wire not in found:
            self._refuse_slip(wire, [*found], f'{source}: no contact of this bench opens "{wire}"')
            raise ConfigError(
                f'{source}: no contact of this bench opens "{wire}": put one into the wire and '
                f'name it in [relays.*].channels, {{ channel = …, contact = "nc", opens = '
                f'"{wire}" }}; {_there(wire, found)}'
            )
        return found[wire]

    def shorting(self, wire: str, to: str, source: str) -> str:
        """Return the contact that connects a wire with another, or raise ConfigError."""
        found = {
            (c.shorts, c.to): name for name, c in self.board.contacts.items() if c.shorts
        }  # either line of a bus may be named first
        for pair in ((wire, to), (to, wire)):
            if pair in found:
                return found[pair]
        there = [str(a) for a, b in found if b == to]
        known = [str(each) for pair in found for each in pair]
        for each in (wire, to):
            lacks = f'{source}: no contact of this bench shorts "{wire}" to {to}'
            self._refuse_slip(each, known, lacks)
        raise ConfigError(
            f'{source}: no contact of this bench shorts "{wire}" to {to}: wire one and name it in '
            f'[relays.*].channels, {{ channel = …, shorts = "{wire}", to = "{to}" }}; '
            f"{_there(wire, there)}"
        )

    def _refuse_slip(self, wire: str, known: list[str], lacks: str) -> None:
        """Raise ConfigError for a name that nobody means: no wire of that name is to be made."""
        names = {*known, *self._wiring.names(), GROUND}
        near = get_close_matches(wire.casefold(), sorted(names), n=1, cutoff=SLIP)
        if near and wire not in names:
            raise ConfigError(f'{lacks}: there is no wire "{wire}": did you mean "{near[0]}"?')

    def must_reach(self, contact: str, wire: str, source: str) -> None:
        """Raise ConfigError for a contact that is real and its wire's unit not, or vice versa.

        The board would read back that the contact stands as the fault wants it, and nothing would
        have happened to the car.
        """
        end = self._ends(wire)
        if end is None or end.real is not self.is_simulated(contact):
            return
        if end.real:
            raise ConfigError(
                f"{source}: {contact} is a simulated contact, and the {end.unit} at the end of "
                f'"{wire}" is real: that needs a relay of a real board in that wire'
            )
        raise ConfigError(
            f'{source}: {contact} is a real contact, and the {end.unit} at the end of "{wire}" is '
            "simulated, and would not feel it: put the unit on the table, and name it in "
            f'[car] real, or let a board with model = "simulated" have the contact'
        )

    def is_simulated(self, function: str) -> bool:
        """Whether a contact stands in the simulated car, and not in real wires."""
        return function in self.board.simulated

    def supplied(self, net: str) -> str:
        """Return the supply that feeds a wire, as the bench file names it (a net or a supply).

        Raises:
            ConfigError: none does.
        """
        sections = self.board.sections
        found = {section.net or name: name for name, section in sections.items()}
        found |= {name: name for name in sections}
        if net not in found:
            raise ConfigError(f'no supply of this bench feeds "{net}": {nearest(net, found)}')
        return found[net]

    def fed_by(self, supply: str) -> str:
        """Return the wire that a supply feeds; another name is a wire's, and stays."""
        section = self.board.sections.get(supply)
        return (section.net if section is not None else None) or supply

    def net(self, wire: str) -> Net | None:
        """Return a wire of the simulated car (None: on hardware nobody knows its potential)."""
        return self._wiring.net(wire) if wire in self._wiring.names() else None

    def disturbed(self, wire: str, how: str, units: tuple[str, ...], cause: int | None) -> int:
        """Record what a fault does to a wire."""
        return self._journal.write(WireDisturbed(wire, how, units), cause)

    def failed(self, what: str, reason: str) -> None:
        """Record that the bench does not do what a fault has it do."""
        self._journal.write(BenchFault(what, reason))


def _there(wire: str, known: "Mapping[str, str] | list[str]") -> str:
    return f"wires for which there is one: {nearest(wire, known)}"
