"""What drivers of meters and digital inputs have in common: lines that have to be asked."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from bench.errors import InstrumentFault, nearest
from bench.instruments.driver import Driver
from bench.instruments.kinds import OnLevel, Setup
from bench.instruments.scpi import Scpi

HIGH_V = 12.0  # a digital input knows high and low only; this stands for high


class LineReader(Driver):
    """Lines behind a VISA resource, read by asking.

    Nothing is known of a line between two samples: an edge that is seen in one may have happened
    at any time since the one before it began. That is its uncertainty, and is recorded with it.

    Attributes:
        numbers: the device's own numbers of its inputs.
        sample_s: how often it is asked for a sample of all lines.
    """

    numbers: ClassVar[Sequence[int]]
    sample_s: ClassVar[float] = 0.01

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self._watchers: list[OnLevel] = []
        self._last: dict[str, float] = {}

    @property
    def poll_s(self) -> float:
        """How often it has to be asked, in seconds."""
        return self.sample_s

    @abstractmethod
    def read(self, channel: str) -> float:
        """Return a line's voltage, in volts."""

    def sample(self) -> dict[str, float]:
        """Read every line once; return volts by line."""
        return {channel: self.read(channel) for channel in self.setup.channels}

    def watch(self, on_level: OnLevel) -> None:
        """Call `on_level(channel, volts, None)` when a sample shows a change."""
        self._watchers.append(on_level)

    def tell(self, sample: dict[str, float]) -> None:
        """Tell who watches what has changed since the last sample."""
        for channel, volts in sample.items():
            if self._last.get(channel) != volts:
                for watcher in self._watchers:
                    watcher(channel, volts, None)
        self._last = dict(sample)

    def safe(self) -> None:
        """Inputs are always safe."""

    def _check_channels(self) -> None:
        first, last = self.numbers[0], self.numbers[-1]
        for name, number in (*self.setup.channels.items(), *self.setup.reverse.items()):
            if name not in self.setup.channels:
                hint = nearest(name, self.setup.channels)
                raise InstrumentFault(f'{self.setup.name}: reverse: no channel "{name}": {hint}')
            if number not in self.numbers:
                raise InstrumentFault(
                    f"{self.setup.name}: channel {name} = {number}: this model has "
                    f"{first} to {last}"
                )


class DigitalInputs(LineReader):
    """A board's digital inputs: high or low.

    A lock motor takes two: one is high while it unlocks, the other while it locks.
    """

    def read(self, channel: str) -> float:
        """Return +12, 0 or -12 V for a motor's two inputs, 12 or 0 V for a single one."""
        number = self._number(channel)
        wanted = {number, self.setup.reverse.get(channel, number)}
        return self._volts(channel, self._high(wanted))

    def sample(self) -> dict[str, float]:
        """Read every line once, in as few exchanges as the board allows; return volts by line."""
        setup = self.setup
        high = self._high({*setup.channels.values(), *setup.reverse.values()})
        return {channel: self._volts(channel, high) for channel in setup.channels}

    def _volts(self, channel: str, high: set[int]) -> float:
        setup = self.setup
        forwards, inverted = setup.channels[channel] in high, channel in setup.inverted
        if channel in setup.reverse:
            volts = HIGH_V * (forwards - (setup.reverse[channel] in high))
            return -volts if inverted else volts
        return HIGH_V * (forwards != inverted)

    @abstractmethod
    def _high(self, numbers: set[int]) -> set[int]:
        """Ask the board which of these inputs are high."""


class ScpiMeter(Scpi, LineReader):
    """A bench multimeter on one line: range and aperture are set once, then only read.

    Attributes:
        configure: commands that set them.
    """

    configure: ClassVar[tuple[str, ...]]
    numbers = (1,)

    def _prepare(self) -> None:
        for command in self.configure:
            self._command(command)

    def read(self, channel: str) -> float:
        """Return the line's voltage, in volts; raises InstrumentFault beyond the meter's range."""
        self._number(channel)
        volts = self._float("READ?")
        return -volts if channel in self.setup.inverted else volts
