"""Relays, supplies and meters in a test's hands: by what they do in the car, never by number."""

from collections.abc import Callable, Iterator
from functools import partial

from bench.access.handles.block import block
from bench.access.handles.by_hand import by_hand
from bench.access.handles.by_name import ByName
from bench.access.handles.durations import checked_amount
from bench.access.handles.on_loop import on_loop
from bench.access.handles.world import World
from bench.config.instrument_sections import MOST_V
from bench.errors import ConfigError, NotOnBench, nearest


class RelayHandle:
    """One contact, by its function in the car ("cylinder_unlock").

    Closed means the contact, also where it is wired normally closed.
    """

    __slots__ = ("_bench", "function")  # what a test assigns instead of calling is refused

    def __init__(self, bench: World, function: str) -> None:
        self._bench, self.function = bench, function

    def close(self) -> None:
        """Close the contact."""
        self._switch(closed=True)

    def open(self) -> None:
        """Open the contact."""
        self._switch(closed=False)

    @block
    def closed(self) -> Iterator[None]:
        """Have the contact closed inside the block."""
        self.close()
        try:
            yield
        finally:
            try:
                self._bench.run(on_loop(self._bench.station.instruments.doubt_held))
            finally:  # whatever ends the run meanwhile
                self.open()

    @property
    def state(self) -> bool | None:
        """Whether the contact is closed, as the board reads back (None: it cannot tell)."""
        instruments = self._bench.station.instruments
        return self._bench.run(on_loop(lambda: instruments.contact_closed(self.function)))

    def __repr__(self) -> str:
        return f"<relay {self.function}>"

    def _switch(self, *, closed: bool) -> None:
        bench = self._bench
        bench.stimulate()
        bench.run(on_loop(lambda: self._switch_now(closed=closed)))

    def _switch_now(self, *, closed: bool) -> None:
        bench = self._bench
        bench.station.instruments.switch(
            self.function, closed=closed, cause=by_hand(bench, self.function)
        )


class RelaysHandle(ByName[RelayHandle]):
    """All relays of the station, by function."""

    __slots__ = ()
    kind, none = "relays", "no relay does"

    def __init__(self, bench: World) -> None:
        boards = bench.station.instruments.relays.values()
        functions = [channel for board in boards for channel in board.setup.channels]
        super().__init__({function: RelayHandle(bench, function) for function in functions})


class SupplyHandle:
    """One supply output."""

    __slots__ = ("_bench", "name")

    def __init__(self, bench: World, name: str) -> None:
        self._bench, self.name = bench, name

    def on(self) -> None:
        """Switch the output on."""
        self._power(on=True)

    def off(self) -> None:
        """Switch the output off."""
        self._power(on=False)

    def set_voltage(self, volts: float) -> None:
        """Set the output voltage; raises ConfigError for what is no voltage, or above 60 V."""
        volts = checked_amount("volts", volts, "V")
        if volts > MOST_V:
            raise ConfigError(f"volts: {volts:g} V: a bench goes to {MOST_V:g} V")
        self._bench.stimulate()
        instruments = self._bench.station.instruments
        self._bench.run(on_loop(lambda: instruments.set_voltage(self.name, volts, None)))

    def set_current_limit(self, amperes: float) -> None:
        """Set the current limit; raises ConfigError for what is no current."""
        amperes = checked_amount("amperes", amperes, "A")
        instruments = self._bench.station.instruments
        self._bench.run(on_loop(lambda: instruments.limit_current(self.name, amperes)))

    @property
    def volts(self) -> float:
        """The measured output voltage."""
        return self._measured(self._bench.station.instruments.measured_voltage)

    @property
    def amperes(self) -> float:
        """The measured output current; raises NotOnBench: it cannot tell."""
        return self._measured(self._bench.station.instruments.measured_current)

    def _measured(self, measure: Callable[[str], float]) -> float:
        return self._bench.run(on_loop(partial(measure, self.name)))

    def __repr__(self) -> str:
        return f"<supply {self.name}>"

    def _power(self, *, on: bool) -> None:
        self._bench.stimulate()
        instruments = self._bench.station.instruments
        self._bench.run(on_loop(lambda: instruments.power(self.name, on=on, cause=None)))


class SuppliesHandle(ByName[SupplyHandle]):
    """All supplies of the station, by name."""

    __slots__ = ()
    kind, none = "supplies", "no supply"

    def __init__(self, bench: World) -> None:
        names = bench.station.instruments.supplies
        super().__init__({name: SupplyHandle(bench, name) for name in names})


class MetersHandle:
    """All inputs of the station, by line."""

    def __init__(self, bench: World) -> None:
        self._bench = bench

    def volts(self, line: str) -> float:
        """Return a line's voltage."""
        instruments = self._bench.station.instruments
        for name, meter in instruments.meters.items():
            if line in meter.setup.channels:
                read = partial(instruments.measured, "meters", name, partial(meter.read, line))
                return self._bench.run(on_loop(read))
        known = [line for meter in instruments.meters.values() for line in meter.setup.channels]
        raise NotOnBench(f'no meter looks at "{line}": {nearest(line, known)}')

    def __repr__(self) -> str:
        return f"<meters {', '.join(self._bench.station.instruments.meters)}>"
