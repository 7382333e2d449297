"""A supply that exists only here."""

from bench.errors import InstrumentFault, ReadbackMismatch
from bench.instruments.kinds import Setup


class Simulated:
    """A supply that drives a net of the simulated bench, up to its current limit."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self._on = False
        self._volts = 13.5
        self._limit_a = 30.0
        self._over_volts: float | None = None
        self._over_current = False

    def open(self) -> None:
        """Find the net that the output is wired to."""
        wiring = self.setup.wiring
        if wiring is None:
            raise InstrumentFault(f"{self.setup.name}: a simulated supply needs a simulated car")
        wiring.existing(self._line, f"supplies.{self.setup.name}.net").watch_load(self._trip)

    @property
    def _line(self) -> str:
        return self.setup.nets.get(self.setup.name, self.setup.name)

    def close(self) -> None:
        """Nothing to disconnect."""

    def identity(self) -> str:
        """Return what it is."""
        return "access-bench simulated supply"

    def set_voltage(self, volts: float) -> None:
        """Set the output voltage."""
        self._not_negative(volts, "V")
        self._volts = volts
        self._apply()
        self._trip()

    def set_current_limit(self, amperes: float) -> None:
        """Set the current limit."""
        self._not_negative(amperes, "A")
        self._limit_a = amperes

    def set_output(self, *, on: bool) -> bool | None:
        """Switch the output at once."""
        self._on = on
        self._apply()
        self._trip()
        if self._on is not on:
            raise ReadbackMismatch(f"{self.setup.name}: the output should be on")
        return on

    def is_on(self) -> bool | None:
        """Return whether the output is on."""
        return self._on

    def measure_voltage(self) -> float:
        """Return the output voltage."""
        return self._volts if self._on else 0.0

    def measure_current(self) -> float:
        """Return what the net draws, at most the limit."""
        wiring = self.setup.wiring
        drawn = wiring.net(self._line).ma / 1000 if wiring is not None else 0.0
        return min(drawn, self._limit_a) if self._on else 0.0

    def protect(self, over_volts: float | None, *, over_current: bool) -> None:
        """Switch itself off when the output goes beyond."""
        if over_volts is not None:
            self._not_negative(over_volts, "V")
            self._over_volts = over_volts
        self._over_current = self._over_current or over_current

    def _trip(self) -> None:
        beyond = self._over_volts is not None and self._volts > self._over_volts
        wiring = self.setup.wiring
        drawn_a = wiring.net(self._line).ma / 1000 if wiring is not None else 0.0
        if self._on and (beyond or (self._over_current and drawn_a > self._limit_a)):
            self._on = False
            self._apply()

    def safe(self) -> None:
        """Switch off."""
        self.set_output(on=False)

    def _not_negative(self, value: float, unit: str) -> None:
        if not value >= 0:  # NaN is refused, too
            raise InstrumentFault(f"{self.setup.name}: gives at least 0 {unit}, not {value:g}")

    def _apply(self) -> None:
        if self.setup.wiring is not None:
            mv = round(self._volts * 1000) if self._on else 0
            self.setup.wiring.net(self._line).drive(self.setup.name, mv)
