"""In which order the instruments of a station are made safe: what is declared, relays, supplies."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from functools import partial

from bench.config.contact import Contact
from bench.errors import InstrumentFault
from bench.guardian.plan import SafeStep
from bench.instruments.kinds import Instrument, Meter, RelayBoard, Supply
from bench.instruments.pace import Pace
from bench.station.trying_all import try_all


@dataclass(frozen=True)
class MakingSafe:
    """Makes the instruments of a station safe; one that fails keeps no other from it.

    Attributes:
        relays, supplies, meters: what is open, by name.
        contacts: per function of the car how its contact is wired.
        declared: what the bench file wants to have off first.
        pace: how it waits between declared steps.
        patience: entered while one device is made safe, which can take seconds.
    """

    relays: Mapping[str, RelayBoard]
    supplies: Mapping[str, Supply]
    meters: Mapping[str, Meter]
    contacts: Mapping[str, Contact]
    declared: Sequence[SafeStep]
    pace: Pace
    patience: Callable[[], AbstractContextManager[object]]

    def carry_out(self) -> list[InstrumentFault]:
        """Make everything safe; return what failed.

        Boards with a contact that is not at rest when it is de-energised (a switch wired normally
        closed) come after the supplies: the car must not act on it.
        """
        for step in self.declared:
            with suppress(Exception), self.patience():  # tried again below, and told there
                self._take(step)
            with self.patience():
                self.pace.sleep(step.then_wait_s)
        return try_all(self._in_order())

    def _take(self, step: SafeStep) -> None:
        kind, _, name = step.device.partition(".")
        if kind == "supplies" and name in self.supplies:
            self.supplies[name].set_output(on=False)
        elif kind == "relays" and name in self.relays:
            self.relays[name].release(step.channels)

    def _in_order(self) -> Iterator[tuple[str, Callable[[], object]]]:
        """Yield each device with what makes it safe, in the order in which that is done."""
        late = {name: board for name, board in self.relays.items() if self._stirs(board)}
        early = {name: board for name, board in self.relays.items() if name not in late}
        ordered: list[tuple[str, Mapping[str, Instrument]]] = [
            ("relays", early), ("supplies", self.supplies),
            ("relays", late), ("meters", self.meters),
        ]  # fmt: skip
        for kind, devices in ordered:
            for name, instrument in devices.items():
                yield f"{kind}.{name}", partial(self._make_safe, instrument)

    def _stirs(self, board: RelayBoard) -> bool:
        """Whether a contact of a board moves, for the car, when the board is made safe."""
        return any(self.contacts[function].stirs for function in board.setup.channels)

    def _make_safe(self, instrument: Instrument) -> None:
        with self.patience():
            instrument.safe()
