"""The switch inside, for the doors."""

import asyncio
from typing import ClassVar

from bench.access.path import Scene
from bench.access.press import press

MOVES_S = 1.5


class InteriorSwitch:
    """Press the central-locking switch inside the car."""

    reaches: ClassVar[dict[str, int]] = {"door_lock_state": 1}

    async def apply(self, scene: Scene, item: str, declared: str) -> None:
        """Press the side that leads to the declared state."""
        del item
        function = "interior_lock" if declared == "locked" else "interior_unlock"
        await press(scene.station, function, scene.seq)
        await asyncio.sleep(MOVES_S)
