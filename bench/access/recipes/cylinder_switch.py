"""The switch behind the key cylinder, for the doors of a bench without the one inside."""

import asyncio
from typing import ClassVar

from bench.station.station import Station

CLOSED_S, MOVES_S = 0.2, 1.5


class CylinderSwitch:
    """Turn the key cylinder's switch, as the blade does."""

    reaches: ClassVar[dict[str, int]] = {"door_lock_state": 2}

    async def apply(self, station: Station, item: str, declared: str) -> None:
        """Close the side that leads to the declared state."""
        del item
        function = "cylinder_lock" if declared == "locked" else "cylinder_unlock"
        station.instruments.switch(function, closed=True, cause=station.because)
        await asyncio.sleep(CLOSED_S)
        station.instruments.switch(function, closed=False, cause=station.because)
        await asyncio.sleep(MOVES_S)
