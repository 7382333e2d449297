"""What contacts and supplies on the table do to the units that are simulated beside real ones."""

from collections.abc import Iterable
from difflib import get_close_matches

from bench.car.simulated_car import NETS
from bench.config.bench_file import BenchFile
from bench.config.instrument_sections import RelaysSection
from bench.station.models import is_device
from bench.wiring.nets import CLOSED_MV, Wiring

FELT = frozenset(NETS)
SLIP = 0.88  # how much alike a slip of the pen is: "start_buton", not "handle_rear"


def slips(channels: Iterable[str]) -> dict[str, str]:
    """Return the channels with names of the bench's own, and which function each may mean.

    >>> slips(["start_button", "start_buton", "horn", "lock_motor"])
    {'start_buton': 'start_button', 'lock_motor': 'lock_motor_driver'}
    """
    near = {channel: _near(channel) for channel in channels if channel not in FELT}
    return {channel: found[0] for channel, found in near.items() if found}


def _near(channel: str) -> list[str]:
    """Return the functions that a name is nearly, or that go on where it ends: with a door, say."""
    known = sorted(FELT)
    begun = [function for function in known if function.startswith(f"{channel.rstrip('_')}_")]
    return get_close_matches(channel, known, n=1, cutoff=SLIP) or begun


class Felt:
    """Lets the simulated units follow the devices, as if their plugs hung on the same wires.

    A real supply feeds real plugs; the units that live in this computer have none. So the nets of
    the simulated car take what was commanded and not refuted. Contacts that stand in a wire or
    short it act on real wires only, and so does what hangs on the owner's things.
    """

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._supplies: dict[str, str] = {}
        self._volts: dict[str, float] = {}
        self._switches: dict[str, str] = {}
        self._on: set[str] = set()

    def follow(self, content: BenchFile) -> None:
        """Take the devices that a bench file names, and the net of each."""
        for name, supply in content.supplies.items():
            if is_device(supply):
                self._supplies[name] = supply.net or name
                self._volts[name] = supply.voltage_v
        for relays in content.relays.values():
            if is_device(relays):
                self._switches |= _switches(relays)

    def powered(self, supply: str, *, on: bool, cause: int | None) -> None:
        """A supply's output was switched."""
        (self._on.add if on else self._on.discard)(supply)
        volts = self._volts.get(supply, 0.0) if on else 0.0
        self._drive(self._supplies.get(supply), supply, round(volts * 1000), cause)

    def set(self, supply: str, volts: float, cause: int | None) -> None:
        """A supply was set to another voltage."""
        self._volts[supply] = volts
        if supply in self._on:
            self.powered(supply, on=True, cause=cause)

    def switched(self, function: str, *, closed: bool, cause: int | None) -> None:
        """A contact was switched."""
        self._drive(self._switches.get(function), function, CLOSED_MV if closed else 0, cause)

    def rest(self) -> None:
        """Everything is off."""
        for function in self._switches:
            self.switched(function, closed=False, cause=None)
        for supply in tuple(self._on):
            self.powered(supply, on=False, cause=None)

    def _drive(self, net: str | None, source: str, mv: int, cause: int | None) -> None:
        if net in FELT:
            self._wiring.net(net).drive(f"table {source}", mv, cause)


def _switches(relays: RelaysSection) -> dict[str, str]:
    """Return the functions of a board that are plain switches, and the net of each."""
    plain = [name for name, contact in relays.channels.items()
             if not contact.in_a_wire]  # fmt: skip
    return {name: relays.nets.get(name, name) for name in plain}
