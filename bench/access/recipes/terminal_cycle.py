"""A terminal cycle: on and off again by the start button."""

import asyncio
from typing import ClassVar

from bench.station.station import Station

CLOSED_S, REACTS_S = 0.2, 4.0  # assumed: a car is ready, or off, within four seconds


class TerminalCycle:
    """Press the start button: once to switch a car off; on and off where a counter is to go."""

    reaches: ClassVar[dict[str, int]] = {"power_mode": 1, "remote_starts": 1}

    async def apply(self, station: Station, item: str, declared: str) -> None:
        """Press the button, with the owner's keys inside the car."""
        del declared
        station.owner.go("seat")
        for _ in range(1 if item == "power_mode" else 2):
            station.instruments.switch("start_button", closed=True, cause=station.because)
            await asyncio.sleep(CLOSED_S)
            station.instruments.switch("start_button", closed=False, cause=station.because)
            await asyncio.sleep(REACTS_S)
        station.owner.go("away")
