"""One connection of the bench to a real channel, and the channels themselves."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import events as e
from bench.can.interface.bus import InterfaceBus
from bench.can.interface.causes import Causes
from bench.can.interface.health import InterfaceHealth
from bench.can.interface.opening import open_channel, traits_of
from bench.clock.real import RealTime
from bench.journal import Journal

PATIENCE_S = 60.0  # emulation is slow


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, timeout=20)


def wait_for(condition: Callable[[], Any], what: str = "it") -> None:
    limit_s = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < limit_s, f"{what} never came"
        time.sleep(0.01)


def up(channel: str) -> None:
    """Bring a channel up and wait until it carries frames: the first may be lost otherwise."""
    ip("link", "set", channel, "up")
    state = Path(f"/sys/class/net/{channel}/operstate")
    wait_for(lambda: state.read_text().strip() in {"up", "unknown"}, f"{channel}'s carrier")


def of(journal: Journal, kind: type[e.Event]) -> list[Any]:
    return [entry.event for entry in journal.entries if isinstance(entry.event, kind)]


class Side:
    """One connection of the bench to a channel, with what it recorded."""

    def __init__(
        self, real: RealTime, channel: str, *, kernel_cyclic: bool = False, **options: Any
    ) -> None:
        self.real, self.journal = real, Journal(real.now_ns)
        self.bus: InterfaceBus = self.call(self._connect, channel, kernel_cyclic, options)

    def _connect(self, channel: str, kernel_cyclic: bool, options: dict[str, Any]) -> InterfaceBus:
        real = self.real
        return InterfaceBus(
            "body", open_channel("body", "socketcan", channel, **options), now_ns=real.now_ns,
            journal=self.journal, causes=Causes(),
            health=InterfaceHealth("body", "bench", self.journal, tells_of_bus=True),
            traits=traits_of("body", "socketcan", real.now_ns, kernel_cyclic=kernel_cyclic),
        )  # fmt: skip

    def call(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Call something on the loop and wait for it."""

        async def on_the_loop() -> Any:
            return function(*arguments, **named)

        return self.real.run(on_the_loop())

    def of(self, kind: type[e.Event]) -> list[Any]:
        return of(self.journal, kind)

    def frames(self, sender: str = "") -> list[Any]:
        """Return the entries of frames, received (or sent by a node)."""
        return [
            x for x in self.journal.entries
            if isinstance(x.event, e.FrameSeen) and x.event.sender == sender
        ]  # fmt: skip
