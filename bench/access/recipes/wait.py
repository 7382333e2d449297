"""Waiting until the car's own protections and pauses are over."""

import asyncio
from typing import ClassVar

from bench.access.path import Scene
from bench.car.bcm import BcmParameters

MARGIN_S = 1.0
SLEEP_S = 15.0  # assumed: units keep a bus for some seconds after the last event


class Wait:
    """Wait as long as the car file says that the pause lasts."""

    reaches: ClassVar[dict[str, int]] = {
        "repeated_operation": 1, "keypad_lockout": 1, "bus_body": 1, "bus_telematics": 1,
    }  # fmt: skip

    async def apply(self, scene: Scene, item: str, declared: str) -> None:
        """Wait."""
        del declared
        bcm = scene.station.model.parameters("bcm", BcmParameters)
        lasts_s = {
            "repeated_operation": bcm.locking.window_s + bcm.locking.inhibit_s,
            "keypad_lockout": bcm.keypad.lockout_s,
        }.get(item, SLEEP_S)
        await asyncio.sleep(lasts_s + MARGIN_S)
