"""The switch behind the key cylinder, for the doors of a bench without the one inside."""

from typing import ClassVar

from bench.access.path import Scene
from bench.access.press import press_side


class CylinderSwitch:
    """Turn the key cylinder's switch, as the blade does."""

    reaches: ClassVar[dict[str, int]] = {"door_lock_state": 2}

    async def apply(self, scene: Scene, item: str, declared: str) -> None:
        """Close the side that leads to the declared state."""
        del item
        await press_side(scene.station, "cylinder", declared, scene.seq)
