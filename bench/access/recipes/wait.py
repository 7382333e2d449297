"""Waiting until the car's own protections and pauses are over."""

import asyncio
from typing import ClassVar

from bench.access.path import Scene
from bench.access.starting_state import BUS, UNIT
from bench.access.until import until
from bench.car.bcm import BcmParameters
from bench.errors import DiagnosisError
from bench.station.station import Station

MARGIN_S = 1.0
SLEEP_S = 15.0  # assumed: units keep a bus for some seconds after the last event
LONGEST_SLEEP_S = 120.0  # assumed: some for minutes, as when a real unit has just found its cloud
CONNECTED_S = 150.0  # assumed: whoever doubles its waits up to two minutes has tried again


class Wait:
    """Wait as long as the car file says that the pause lasts, or until what is to come is there."""

    reaches: ClassVar[dict[str, int]] = {
        "repeated_operation": 1, "keypad_lockout": 1, "bus_body": 1, "bus_telematics": 1, UNIT: 1,
    }  # fmt: skip

    async def apply(self, scene: Scene, item: str, declared: str) -> None:
        """Wait: for a protection first until it has forgotten, and if it rests until it is over."""
        station = scene.station
        if item == UNIT:
            await until(lambda: station.telematics.state == declared, CONNECTED_S)
            return
        bcm = station.model.parameters("bcm", BcmParameters)
        lasts_s = {
            "repeated_operation": bcm.locking.window_s,
            "keypad_lockout": bcm.keypad.lockout_s,
        }.get(item, SLEEP_S)
        await asyncio.sleep(lasts_s + MARGIN_S)
        if item == "repeated_operation" and not await _stands(station, item, declared):
            await asyncio.sleep(bcm.locking.inhibit_s)
        if item.startswith(BUS) and declared == "asleep":
            tap = station.taps[item.removeprefix(BUS)]
            await until(lambda: not tap.awake, LONGEST_SLEEP_S - lasts_s - MARGIN_S)


async def _stands(station: Station, item: str, declared: str) -> bool:
    """Whether a unit says that an item is as declared."""
    try:
        return str(await station.diagnosis.state(item)) == declared
    except DiagnosisError:
        return False
