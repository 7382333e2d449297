"""What a service against theft makes of a cloud that says nothing: nothing, in a sound unit."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from bench.telematics.vehicle_side import VehicleSide


class SilenceWatch:
    """Has the start blocked after a long silence, and allowed again: what the defect does.

    It counts from the first moment without a connection that the unit wants to have; a unit that
    sleeps is silent by nature.

    Args:
        vehicle: the unit's way to the car.
        spawn: runs a coroutine in the background.
    """

    def __init__(
        self, vehicle: VehicleSide, spawn: Callable[[Coroutine[Any, Any, None]], object]
    ) -> None:
        self._vehicle, self._spawn = vehicle, spawn
        self._timer: asyncio.TimerHandle | None = None
        self._blocked = False

    def enter(self, state: str, after_s: float, cause: int | None) -> None:
        """Take note of the unit's state; after_s = 0: there is no such service."""
        if state in {"connected", "unpowered"} and self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if state == "connected" and self._blocked:
            self._block(cause, on=False)
        if after_s and state in {"attaching", "backing_off"} and self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(after_s, lambda: self._block(cause, on=True))

    def _block(self, cause: int | None, *, on: bool) -> None:
        self._blocked = on
        self._spawn(self._vehicle.block_start(cause, on=on))
