"""One device's way to safety: reopened, synchronised, told twice, read back."""

import time
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any

from bench.errors import described
from bench.guardian.outcome import COMMANDED, FAILED, VERIFIED, ChannelOutcome
from bench.guardian.plan import Device
from bench.instruments.kinds import Setup
from bench.instruments.pace import RealPace

RETRY_S = 0.01


class Hand:
    """Makes one device safe. Its methods block, and are called on one thread.

    Args:
        device: which.
    """

    def __init__(self, device: Device) -> None:
        self.device = device
        self.errors = dict.fromkeys(device.channels, "not tried yet")
        self.off_s: dict[str, float] = {}
        self._verified: dict[str, bool] = {}
        self._instrument = self._made()
        self._open = False

    def _made(self) -> Any:
        module, _, name = self.device.factory.partition(":")
        setup = Setup(
            self.device.name,
            self.device.resource,
            self.device.channels,
            pace=RealPace(),
            backend=self.device.backend,
        )
        return getattr(import_module(module), name)(setup)

    def connect(self, until_s: float) -> bool:
        """Open the device, and try again until then; return whether it is open."""
        while not self._open and time.monotonic() < until_s:
            error = _error_of(self._instrument.open)
            self._open = error is None
            if error is not None:
                self.errors |= dict.fromkeys(set(self.errors) - set(self.off_s), error)
                self._let_go()
                time.sleep(RETRY_S)
        return self._open

    def off(self, channels: Iterable[str], until_s: float) -> None:
        """Switch channels off, in order, and try again until then what fails."""
        left = list(channels)
        while left and self.connect(until_s):
            left = self._tried(left)
            if left:
                self._let_go()  # the next try connects anew
                time.sleep(RETRY_S)

    def again(self, until_s: float) -> None:
        """Switch every channel off once more: what was half sent before may have come between."""
        self.off_s, first = {}, self.off_s
        self.off(self.device.channels, until_s)
        for channel in self.off_s:
            self.off_s[channel] = first.get(channel, self.off_s[channel])

    def outcomes(self, began_s: float) -> list[ChannelOutcome]:
        """Return how each channel stands.

        Args:
            began_s: when the guardian saw the reason, on the monotonic clock.
        """
        return [self._outcome(channel, began_s) for channel in self.device.channels]

    def _outcome(self, channel: str, began_s: float) -> ChannelOutcome:
        if channel not in self.off_s:
            return ChannelOutcome(self.device.name, channel, FAILED, None, self.errors[channel])
        state = VERIFIED if self._verified[channel] else COMMANDED
        at_ms = round((self.off_s[channel] - began_s) * 1000, 3)
        return ChannelOutcome(self.device.name, channel, state, at_ms)

    def _tried(self, channels: list[str]) -> list[str]:
        """Switch channels off, once; return those of which that is not settled."""
        said = self._switched_off(channels)
        for channel, state in said.items():
            if isinstance(state, Exception):
                self.errors[channel] = described(state)
            else:
                self.off_s[channel] = time.monotonic()
                self._verified[channel] = state is False
        return [channel for channel in channels if isinstance(said[channel], Exception)]

    def _switched_off(self, channels: list[str]) -> Mapping[str, bool | Exception | None]:
        """Tell the device; return per channel what it reads back, or what went wrong."""
        try:
            if self.device.kind == "relays":
                said: Mapping[str, bool | Exception | None] = self._instrument.release(channels)
                return said
            return {channel: self._instrument.set_output(on=False) for channel in channels}
        except Exception as error:
            return dict.fromkeys(channels, error)

    def _let_go(self) -> None:
        self._open = False
        _error_of(self._instrument.close)


def _error_of(call: Callable[[], object]) -> str | None:
    """Make a call; return what went wrong. Whatever a driver raises, other devices go on."""
    try:
        call()
    except Exception as error:
        return described(error)
    return None
