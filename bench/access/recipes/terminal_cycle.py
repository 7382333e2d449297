"""A terminal cycle: on and off again by the start button."""

import asyncio
from typing import ClassVar

from bench.access.key_path import START
from bench.access.local_ways import local_way
from bench.access.path import Scene
from bench.access.press import press

REACTS_S = 4.0  # assumed: a car is ready, or off, within four seconds


class TerminalCycle:
    """Press the start button: once to switch a car off; on and off where a counter is to go.

    It goes when a key is found, so the car is started as its owner does it: with a phone or a card.
    """

    reaches: ClassVar[dict[str, int]] = {"power_mode": 1, "remote_starts": 1}

    async def apply(self, scene: Scene, item: str, declared: str) -> None:
        """Press the button, with the owner's keys inside the car."""
        del declared
        station = scene.station
        station.owner.go("seat")
        if item != "power_mode":
            way = local_way(station, "start")
            await (way.act(scene, "start") if way else press(station, START, scene.seq))
            await asyncio.sleep(REACTS_S)
        await press(station, START, scene.seq)
        await asyncio.sleep(REACTS_S)
        station.owner.go("away")
