"""What drivers of supplies have in common: limits, verified switching, dialects as data."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar, NoReturn

from bench.errors import InstrumentFault, ReadbackMismatch
from bench.instruments.driver import Driver
from bench.instruments.scpi import Scpi

# a lock motor's stall current, 5 to 10 A: the car's supply must give the larger one
MOTOR_STALL_A = (5.0, 10.0)
STALLS = "a lock motor stalls at {:g} to {:g} A".format(*MOTOR_STALL_A)
OFF_SHARE, OFF_V = 0.05, 0.3  # further from what was set than any reading's error or lead's drop


def strays(volts: float, meant_v: float) -> bool:
    """Whether another voltage stands at an output than it was set to.

    >>> strays(13.2, 13.5), strays(12.0, 13.5), strays(4.9, 4.5)
    (False, True, True)
    """
    return abs(volts - meant_v) > max(OFF_V, OFF_SHARE * meant_v)


def too_weak(asked_a: float, most_a: float) -> str:
    """Return what else to say of a limit that an output cannot have ("": nothing)."""
    weak = asked_a >= MOTOR_STALL_A[0] > most_a
    return f"; {STALLS}: this supply cannot feed one" if weak else ""


class SupplyDriver(Driver):
    """One output of a supply behind a VISA resource.

    Attributes:
        outputs: per output number, what it gives at most: volts and amperes.
    """

    outputs: ClassVar[dict[int, tuple[float, float]]]
    _limit_a = 0.0

    @property
    def output(self) -> int:
        """The output that the bench file names."""
        return next(iter(self.setup.channels.values()), 1)

    @property
    def most_a(self) -> float:
        """The current that this output gives at most, in amperes."""
        return self.outputs[self.output][1]

    def set_voltage(self, volts: float) -> None:
        """Set the output voltage; raises InstrumentFault beyond what the output gives."""
        self._within(volts, self.outputs[self.output][0], "V")
        self._set_volts(volts)

    def set_current_limit(self, amperes: float) -> None:
        """Set the current limit; raises InstrumentFault beyond what the output gives."""
        self._within(amperes, self.most_a, "A", too_weak(amperes, self.most_a))
        self._set_amperes(amperes)
        self._limit_a = amperes

    def set_output(self, *, on: bool) -> bool | None:
        """Switch the output and read it back; raises ReadbackMismatch."""
        self._switch(on=on)
        state = self.is_on()
        if state is not None and state is not on:
            raise ReadbackMismatch(
                f"{self._link.where}: output {self.output} should be {'on' if on else 'off'}"
            )
        return state

    @abstractmethod
    def is_on(self) -> bool | None:
        """Return whether the output is on (None: it cannot tell)."""

    @abstractmethod
    def measure_voltage(self) -> float:
        """Return the output voltage, in volts."""

    @abstractmethod
    def measure_current(self) -> float | None:
        """Return the output current, in amperes (None: it cannot tell)."""

    def protect(self, over_volts: float | None, *, over_current: bool) -> None:
        """Set what the supply switches itself off for; raises InstrumentFault if it cannot."""
        if over_volts is not None:
            self._protect_volts(over_volts)
        if over_current:
            self._protect_amperes()

    def _protect_volts(self, volts: float) -> None:
        del volts
        self._unknown("over-voltage")

    def _protect_amperes(self) -> None:
        self._unknown("over-current")

    def _unknown(self, what: str) -> NoReturn:
        raise InstrumentFault(
            f"{self._link.where}: {what} protection of this model cannot be set by command: set it "
            f"by hand, and leave it out of supplies.{self.setup.name}"
        )

    def safe(self) -> None:
        """Switch the output off; try twice, then raise. Nothing is reset: that can hang a LAN."""
        self._reconnect_if_lost()
        try:
            self.set_output(on=False)
        except Exception:
            self._reconnect_if_lost()  # a loss while nothing was sent is noticed only now
            self.set_output(on=False)

    @abstractmethod
    def _set_volts(self, volts: float) -> None:
        """Tell the supply its voltage."""

    @abstractmethod
    def _set_amperes(self, amperes: float) -> None:
        """Tell the supply its current limit."""

    @abstractmethod
    def _switch(self, *, on: bool) -> None:
        """Tell the supply to switch its output."""

    def _within(self, value: float, most: float, unit: str, hint: str = "") -> None:
        if not 0 <= value <= most:  # NaN is refused, too
            raise InstrumentFault(
                f"{self._link.where}: output {self.output} gives at most {most:g} {unit}, "
                f"not {value:g}{hint}"
            )

    def _check_channels(self) -> None:
        if self.output not in self.outputs:
            *most, last = map(str, sorted(self.outputs))
            known = f"{', '.join(most)} and {last}" if most else f"only {last}"
            raise InstrumentFault(
                f"{self.setup.name}: channel = {self.output}: this model has {known}"
            )


@dataclass(frozen=True)
class SupplyWords:
    """How a supply is spoken to; {n} is the output's number, {x} a value.

    Attributes:
        volts, amperes: set the voltage, the current limit.
        on, off: switch the output.
        is_on: asks whether it is on.
        measure_volts, measure_amperes: ask what stands at it, what it gives (empty: it cannot
            tell that).
        over_volts, over_current: set what it switches itself off for; {x} is the voltage, or the
            current limit (empty: not by command).
    """

    volts: str
    amperes: str
    on: str
    off: str
    is_on: str
    measure_volts: str
    measure_amperes: str = ""
    over_volts: tuple[str, ...] = ()
    over_current: tuple[str, ...] = ()


class ScpiSupply(Scpi, SupplyDriver):
    """One output of a supply whose dialect is data.

    Attributes:
        words: its dialect.
        says_on, says_off: how it answers whether the output is on.
    """

    words: ClassVar[SupplyWords]
    says_on: ClassVar[tuple[str, ...]] = ("1", "ON")
    says_off: ClassVar[tuple[str, ...]] = ("0", "OFF")

    def is_on(self) -> bool | None:
        """Return whether the output is on."""
        return self._truth(self._ask(self.words.is_on))

    def measure_voltage(self) -> float:
        """Return the output voltage, in volts."""
        return self._float(self._word(self.words.measure_volts))

    def measure_current(self) -> float | None:
        """Return the output current, in amperes (None: it cannot tell)."""
        ask = self.words.measure_amperes
        return self._float(self._word(ask)) if ask else None

    def _truth(self, reply: str) -> bool:
        if reply not in {*self.says_on, *self.says_off}:
            self._nonsense(reply, f"{self.says_on[-1]} or {self.says_off[-1]}")
        return reply in self.says_on

    def _set_volts(self, volts: float) -> None:
        self._tell(self.words.volts, volts)

    def _set_amperes(self, amperes: float) -> None:
        self._tell(self.words.amperes, amperes)

    def _switch(self, *, on: bool) -> None:
        self._tell(self.words.on if on else self.words.off)

    def _protect_volts(self, volts: float) -> None:
        if not self.words.over_volts:
            super()._protect_volts(volts)
        for text in self.words.over_volts:
            self._tell(text, volts)

    def _protect_amperes(self) -> None:
        if not self.words.over_current:
            super()._protect_amperes()
        for text in self.words.over_current:
            self._tell(text, self._limit_a)

    def _word(self, text: str, value: float = 0.0) -> str:
        return text.format(n=self.output, x=value)

    def _tell(self, text: str, value: float = 0.0) -> None:
        self._command(self._word(text, value))

    def _ask(self, text: str) -> str:
        return self._query(self._word(text))
