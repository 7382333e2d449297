"""A terminal cycle: on and off again by the start button."""

import asyncio
from typing import ClassVar

from bench.access.path import Scene
from bench.access.press import press

REACTS_S = 4.0  # assumed: a car is ready, or off, within four seconds


class TerminalCycle:
    """Press the start button: once to switch a car off; on and off where a counter is to go."""

    reaches: ClassVar[dict[str, int]] = {"power_mode": 1, "remote_starts": 1}

    async def apply(self, scene: Scene, item: str, declared: str) -> None:
        """Press the button, with the owner's keys inside the car."""
        del declared
        station = scene.station
        station.owner.go("seat")
        for _ in range(1 if item == "power_mode" else 2):
            await press(station, "start_button", scene.seq)
            await asyncio.sleep(REACTS_S)
        station.owner.go("away")
