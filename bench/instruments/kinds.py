"""What each kind of instrument can do, whatever the model.

Methods block until the device has done what it was told: drivers are plain code, as the bench's
engineers write it. Every wait on the wire has a deadline, and every failure is an
InstrumentFault that names the device and what to do next.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bench.instruments.pace import JumpingPace, Pace
from bench.wiring.nets import Wiring


@dataclass(frozen=True)
class Setup:
    """What a driver is made from.

    Attributes:
        name: the instrument's name in `bench.toml`.
        resource: its VISA resource ("" for simulated ones).
        channels: per name the device's own channel number.
        nets: per name the net that it is wired to, on a simulated bench.
        wiring: the simulated bench's nets (None on hardware).
        pace: how it waits; a simulated bench jumps.
        backend: pyvisa's back end ("@py" for real devices, "@sim" for twins).
        reverse: per line of a motor the input that is high while it runs the other way (locks).
        inverted: lines that are wired the other way round: a motor's poles, an active-low input.
    """

    name: str
    resource: str = ""
    channels: dict[str, int] = field(default_factory=dict)
    nets: dict[str, str] = field(default_factory=dict)
    wiring: Wiring | None = None
    pace: Pace = field(default_factory=JumpingPace)
    backend: str = "@py"
    reverse: dict[str, int] = field(default_factory=dict)
    inverted: frozenset[str] = frozenset()


class Instrument(Protocol):
    """What every instrument can do."""

    setup: Setup

    def open(self) -> None:
        """Connect, and refuse a device that is another model."""
        ...

    def close(self) -> None:
        """Disconnect; the outputs stay as they are."""
        ...

    def identity(self) -> str:
        """Return maker, model, serial number and version, as far as the device tells."""
        ...

    def safe(self) -> None:
        """Reach the safe state: everything off. Tries every channel, then raises."""
        ...


class RelayBoard(Instrument, Protocol):
    """A board of relays; `True` is energised."""

    def set(self, channel: str, *, closed: bool) -> bool | None:
        """Switch a relay; return what the board reads back (None: it cannot)."""
        ...

    def state(self, channel: str) -> bool | None:
        """Return what the board says a relay is (None: it cannot tell)."""
        ...

    def release(self, channels: Sequence[str]) -> Mapping[str, bool | Exception | None]:
        """Open relays; return per channel what `set` returns, or the error that it would raise."""
        ...


class Supply(Instrument, Protocol):
    """A supply output."""

    def set_voltage(self, volts: float) -> None:
        """Set the output voltage."""
        ...

    def set_current_limit(self, amperes: float) -> None:
        """Set the current limit."""
        ...

    def set_output(self, *, on: bool) -> bool | None:
        """Switch the output; return what the supply reads back (None: it cannot)."""
        ...

    def is_on(self) -> bool | None:
        """Return whether the output is on (None: it cannot tell)."""
        ...

    def measure_voltage(self) -> float:
        """Return the output voltage, in volts."""
        ...

    def measure_current(self) -> float | None:
        """Return the output current, in amperes (None: it cannot tell)."""
        ...

    def protect(self, over_volts: float | None, *, over_current: bool) -> None:
        """Have the supply switch itself off, and stay off, when the output goes beyond.

        Args:
            over_volts: above this voltage (None: as it is).
            over_current: when the current limit is reached (False: as it is).

        Raises:
            InstrumentFault: this model is not known to do that by command.
        """
        ...


OnLevel = Callable[[str, float, "int | None"], None]


class Meter(Instrument, Protocol):
    """Something that reads lines: a multimeter, or a board's digital inputs.

    `poll_s` says how often it has to be asked; 0 means that it tells by itself.
    """

    @property
    def poll_s(self) -> float:
        """How often it has to be asked, in seconds (0: it tells by itself)."""
        ...

    def read(self, channel: str) -> float:
        """Return a line's voltage, in volts."""
        ...

    def watch(self, on_level: OnLevel) -> None:
        """Call `on_level(channel, volts, cause)` when a line changes."""
        ...

    def sample(self) -> dict[str, float]:
        """Read every line once; return volts by line."""
        ...

    def tell(self, sample: dict[str, float]) -> None:
        """Tell who watches what has changed since the last sample."""
        ...
