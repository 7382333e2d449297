"""Power modes: off, accessory, on, ready; and the running time of a remote start."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from bench.units import Count, Seconds

MODES = ("off", "accessory", "on", "ready")


@dataclass(frozen=True)
class PowerParameters:
    """How starting behaves.

    Attributes:
        start_s: from the immobiliser's release until the car is ready (assumed).
        remote_run_s: how long a remote start lasts (10 min, DESIGN reference).
        most_remote_starts: how many in a row without a key (two, DESIGN reference).
    """

    start_s: Seconds = 0.8
    remote_run_s: Seconds = 600.0
    most_remote_starts: Count = 2


class PowerMode:
    """The power mode of one car.

    Args:
        parameters: how starting behaves.
        on_change: told the new mode and its cause.
    """

    def __init__(
        self, parameters: PowerParameters, on_change: Callable[[str, int | None], None]
    ) -> None:
        self.mode = "off"
        self.remote_starts = 0
        self._parameters = parameters
        self._on_change = on_change
        self._remote_end: asyncio.TimerHandle | None = None

    def place(self, mode: str) -> None:
        """Be in a mode from the beginning."""
        self.mode = mode

    async def start(self, cause: int | None) -> None:
        """Become ready because a key was found."""
        self._end_remote_run()
        self.remote_starts = 0
        await self._run_up(cause)

    async def start_remotely(self, cause: int | None) -> bool:
        """Become ready for a while because of a command from afar; False when it may not."""
        if self.mode != "off" or self.remote_starts >= self._parameters.most_remote_starts:
            return False
        self.remote_starts += 1
        await self._run_up(cause)
        if self.mode == "ready" and self.remote_starts:  # else stopped, or a key has taken over
            loop = asyncio.get_running_loop()
            self._remote_end = loop.call_later(self._parameters.remote_run_s, self.stop, cause)
        return True

    def stop(self, cause: int | None) -> None:
        """Switch off."""
        self._end_remote_run()
        if self.mode != "off":
            self._set("off", cause)

    async def _run_up(self, cause: int | None) -> None:
        if self.mode == "off":
            self._set("on", cause)
            await asyncio.sleep(self._parameters.start_s)
        if self.mode == "on":
            self._set("ready", cause)

    def _end_remote_run(self) -> None:
        if self._remote_end is not None:
            self._remote_end.cancel()
            self._remote_end = None

    def _set(self, mode: str, cause: int | None) -> None:
        self.mode = mode
        self._on_change(mode, cause)
