"""The switch inside, for the doors."""

from typing import ClassVar

from bench.access.path import Scene
from bench.access.press import press_side


class InteriorSwitch:
    """Press the central-locking switch inside the car."""

    reaches: ClassVar[dict[str, int]] = {"door_lock_state": 1}

    async def apply(self, scene: Scene, item: str, declared: str) -> None:
        """Press the side that leads to the declared state."""
        del item
        await press_side(scene.station, "interior", declared, scene.seq)
