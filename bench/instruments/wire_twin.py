"""Twins: devices that exist only here and speak a real model's wire protocol, byte for byte.

A twin sits behind whatever transport a test chooses (`bench.instruments.plug`) and, on a simulated
bench, at the nets that the real device would be wired to. It has faults of its own, which a driver
must survive.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import cast

from bench.errors import UnknownName
from bench.instruments.kinds import Setup
from bench.registry import registry
from bench.wiring.nets import CLOSED_MV, Net


class WireTwin(ABC):
    """A device's side of the wire.

    Attributes:
        setup: which of its outputs are wired to what.
        inputs: the same of its inputs, which have numbers of their own (None: it is one
            instrument's alone, and `setup` says so).
        needs_s: a command that comes sooner after the one before it is lost, as on the device.
        hand_over: runs what moves a net; on a bench in real time, on its event loop.
        mute: it answers nothing.
        garbage: what it answers instead of anything else (None: no garbage).
        slow_s: how long each answer takes.
        stuck: channels whose relay or output does not follow, and reads back so.
        welded: channels whose contact stays closed although the register says open: no readback
            can tell, only a second look at the line.
    """

    needs_s = 0.0

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.inputs: Setup | None = None
        self.hand_over: Callable[[Callable[[], None]], object] = lambda act: act()
        self.mute = False
        self.garbage: bytes | None = None
        self.slow_s = 0.0
        self.stuck: set[int] = set()
        self.welded: set[int] = set()
        self._pending = b""
        self._heard_s = float("-inf")

    def serve_too(self, setup: Setup, *, inputs: bool) -> None:
        """Be another instrument's device, too: more of its outputs, or its inputs, are wired."""
        if inputs:
            self.inputs = setup if self.inputs is None else _together(self.inputs, setup)
        else:
            self.setup = _together(self.setup, setup)

    @property
    def listens_at(self) -> Setup:
        """Which of its inputs are wired to what."""
        return self.inputs or self.setup

    def receive(self, data: bytes) -> bytes:
        """Take bytes from the wire; return what goes back."""
        self._pending += data
        replies = b""
        while (command := self.split()) is not None:
            if self._in_step():
                replies += self.execute(command)
        if self.mute:
            return b""
        return self.garbage if self.garbage is not None and replies else replies

    def _in_step(self) -> bool:
        """Return whether a command comes late enough after the one before to be heard."""
        now_s = self.setup.pace.now_s()
        before_s, self._heard_s = self._heard_s, now_s
        return now_s - before_s >= self.needs_s

    def split(self) -> bytes | None:
        """Take the next whole command off what has come; by default up to a line's end."""
        for end in (b"\n", b"\r"):
            if end in self._pending:
                command, _, self._pending = self._pending.partition(end)
                return command
        return None

    @abstractmethod
    def execute(self, command: bytes) -> bytes:
        """Obey a command; return the reply."""

    def connected(self) -> None:
        """A new connection of a socket: what was half sent over the last one is forgotten."""
        self._pending = b""

    def lose_power(self) -> None:
        """Be without power for a moment."""
        self._pending = b""

    def net_of(self, channel: int) -> Net | None:
        """Return the net at one of the device's outputs, on a simulated bench."""
        return _net_in(self.setup, channel)

    def mv_at(self, number: int) -> int:
        """Return what stands at one of the device's inputs, as it is wired; 0 where nothing is."""
        setup = self.listens_at
        for name, channel in setup.channels.items():
            net = _net_in(setup, channel)
            if net is None or number not in {channel, setup.reverse.get(name)}:
                continue
            if name in setup.reverse:
                backwards = (number == setup.reverse[name]) != (name in setup.inverted)
                return max(0, -net.mv if backwards else net.mv)
            return net.mv
        return 0

    def high_at(self, number: int, above_mv: int) -> bool:
        """Return whether a digital input is high, as it is wired."""
        setup = self.listens_at
        names = [name for name, channel in setup.channels.items() if channel == number]
        active_low = any(n in setup.inverted and n not in setup.reverse for n in names)
        return (self.mv_at(number) > above_mv) != active_low

    def drive(self, channel: int, *, on: bool, mv: int = CLOSED_MV) -> None:
        """Let an output drive its net."""
        net, wiring = self.net_of(channel), self.setup.wiring
        if net is None or wiring is None or (channel in self.welded and not on):
            return
        cause = wiring.blame.cause
        self.hand_over(lambda: net.drive(self.setup.name, mv if on else 0, cause))


def _net_in(setup: Setup, channel: int) -> Net | None:
    """Return the net at a channel, by a setup."""
    wiring = setup.wiring
    for name, number in setup.channels.items():
        if number == channel and wiring is not None:
            return wiring.net(setup.nets.get(name, name))
    return None


def _together(first: Setup, other: Setup) -> Setup:
    """Return what two instruments at one device have wired."""
    return replace(
        first, channels=first.channels | other.channels, nets=first.nets | other.nets,
        reverse=first.reverse | other.reverse, inverted=first.inverted | other.inverted,
    )  # fmt: skip


class RelayTwin(WireTwin):
    """The twin of a relay board.

    Attributes:
        numbers: the board's own channel numbers.
        latching: relays stay as they are without power.
        closed: per number what its register says.
    """

    numbers: Sequence[int] = range(1, 9)
    latching = False

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self.closed = dict.fromkeys(self.numbers, False)

    def switch(self, number: int, *, on: bool) -> None:
        """Move a relay, if the board has it and it is not stuck."""
        if number in self.closed and number not in self.stuck:
            self.closed[number] = on
            self.drive(number, on=on)

    def lose_power(self) -> None:
        """Release what only current holds."""
        super().lose_power()
        for number in self.numbers:
            if not self.latching:
                self.switch(number, on=False)

    def bits(self) -> int:
        """Return the registers, the first channel in the lowest bit."""
        return sum(1 << place for place, number in enumerate(self.numbers) if self.closed[number])


class SupplyTwin(WireTwin):
    """The twin of a supply.

    Attributes:
        outputs: its output numbers.
        on, volts, limit_a: per output, how it stands.
    """

    outputs: tuple[int, ...] = (1,)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self.on = dict.fromkeys(self.outputs, False)
        self.volts = dict.fromkeys(self.outputs, 0.0)
        self.limit_a = dict.fromkeys(self.outputs, 1.0)
        self.over_volts: dict[int, float] = {}
        self.over_current: set[int] = set()
        for output in self.outputs:
            self._watch(output)

    def serve_too(self, setup: Setup, *, inputs: bool) -> None:
        """Be another instrument's device, too: another of its outputs is wired."""
        super().serve_too(setup, inputs=inputs)
        for output in setup.channels.values():
            self._watch(output)

    def _watch(self, output: int) -> None:
        net = self.net_of(output)
        if net is not None:
            net.watch_load(lambda: self.trip(output))

    def trip(self, output: int) -> None:
        """Switch an output off that is beyond what it is protected from."""
        net = self.net_of(output)
        drawn_a = net.ma / 1000 if net is not None else 0.0
        beyond = self.volts[output] > self.over_volts.get(output, self.volts[output])
        if self.on[output] and (
            beyond or (output in self.over_current and drawn_a > self.limit_a[output])
        ):
            self.put(output, on=False)

    def switch(self, output: int, *, on: bool) -> None:
        """Switch an output, if there is one and it is not stuck."""
        if output in self.on and output not in self.stuck:
            self.put(output, on=on)
            self.trip(output)

    def put(self, output: int, *, on: bool) -> None:
        """Move an output."""
        self.on[output] = on
        self.drive(output, on=on, mv=round(self.volts[output] * 1000))

    def adjust_volts(self, output: int, volts: float) -> None:
        """Set an output's voltage, at once where it is on."""
        if output in self.volts:
            self.volts[output] = volts
            if self.on[output]:
                self.drive(output, on=True, mv=round(volts * 1000))
            self.trip(output)

    def adjust_amperes(self, output: int, amperes: float) -> None:
        """Set an output's current limit."""
        if output in self.limit_a:
            self.limit_a[output] = amperes

    def measured_volts(self, output: int) -> float:
        """Return what stands at an output."""
        return self.volts[output] if self.on[output] else 0.0

    def measured_amperes(self, output: int) -> float:
        """Return what is drawn from an output, at most its limit."""
        net = self.net_of(output)
        drawn_a = net.ma / 1000 if net is not None else 0.0
        return min(drawn_a, self.limit_a[output]) if self.on[output] else 0.0

    def lose_power(self) -> None:
        """Come back with every output off."""
        super().lose_power()
        for output in self.outputs:
            self.switch(output, on=False)


def twin_class(model: str) -> type[WireTwin]:
    """Return what makes the twin of a model; raises UnknownName where none is written."""
    twins = registry("twin", "instruments/twins")
    if model not in twins.names():
        raise UnknownName("twin", model, twins.names())
    return cast("type[WireTwin]", twins.get(model))


def twin_of(model: str, setup: Setup) -> WireTwin:
    """Return the twin of a model; raises UnknownName where none is written."""
    return twin_class(model)(setup)
