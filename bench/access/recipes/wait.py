"""Waiting until the car's own protections and pauses are over."""

import asyncio
from typing import ClassVar

from bench.access.path import Scene
from bench.car.bcm import BcmParameters
from bench.errors import DiagnosisError
from bench.station.station import Station

MARGIN_S = 1.0
SLEEP_S = 15.0  # assumed: units keep a bus for some seconds after the last event


class Wait:
    """Wait as long as the car file says that the pause lasts."""

    reaches: ClassVar[dict[str, int]] = {
        "repeated_operation": 1, "keypad_lockout": 1, "bus_body": 1, "bus_telematics": 1,
    }  # fmt: skip

    async def apply(self, scene: Scene, item: str, declared: str) -> None:
        """Wait: for a protection first until it has forgotten, and if it rests until it is over."""
        bcm = scene.station.model.parameters("bcm", BcmParameters)
        lasts_s = {
            "repeated_operation": bcm.locking.window_s,
            "keypad_lockout": bcm.keypad.lockout_s,
        }.get(item, SLEEP_S)
        await asyncio.sleep(lasts_s + MARGIN_S)
        if item == "repeated_operation" and not await _stands(scene.station, item, declared):
            await asyncio.sleep(bcm.locking.inhibit_s)


async def _stands(station: Station, item: str, declared: str) -> bool:
    """Whether a unit says that an item is as declared."""
    try:
        return str(await station.diagnosis.state(item)) == declared
    except DiagnosisError:
        return False
