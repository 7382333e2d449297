"""Twins: devices that exist only here and speak a real model's wire protocol, byte for byte.

A twin sits behind whatever transport a test chooses and, on a simulated bench, at the nets that
the real device would be wired to. It has faults of its own, which a driver must survive.
"""

from abc import ABC, abstractmethod
from typing import cast

from bench.errors import UnknownName
from bench.instruments.kinds import Setup
from bench.registry import registry
from bench.wiring.nets import CLOSED_MV, Net


class WireTwin(ABC):
    """A device's side of the wire.

    Attributes:
        mute: it answers nothing.
        garbage: what it answers instead of anything else (None: no garbage).
        stuck: channels whose contact or output does not follow.
    """

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.mute = False
        self.garbage: bytes | None = None
        self.stuck: set[int] = set()
        self._pending = b""

    def receive(self, data: bytes) -> bytes:
        """Take bytes from the wire; return what goes back."""
        self._pending += data
        replies = b""
        while (command := self.split()) is not None:
            replies += self.execute(command)
        if self.mute:
            return b""
        return self.garbage if self.garbage is not None and replies else replies

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

    def net_of(self, channel: int) -> Net | None:
        """Return the net at one of the device's channels, on a simulated bench."""
        wiring = self.setup.wiring
        for name, number in self.setup.channels.items():
            if number == channel and wiring is not None:
                return wiring.net(self.setup.nets.get(name, name))
        return None

    def drive(self, channel: int, *, on: bool, mv: int = CLOSED_MV) -> None:
        """Let an output drive its net."""
        net = self.net_of(channel)
        if net is not None and channel not in self.stuck:
            net.drive(self.setup.name, mv if on else 0)


def twin_of(model: str, setup: Setup) -> WireTwin:
    """Return the twin of a model; raises UnknownName where none is written."""
    twins = registry("twin", "instruments/twins")
    if model not in twins.names():
        raise UnknownName("twin", model, twins.names())
    return cast("WireTwin", twins.get(model)(setup))
