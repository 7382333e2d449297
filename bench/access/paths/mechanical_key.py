"""The blade."""

from typing import ClassVar

from bench.access.path import Limit, Path, Scene
from bench.access.touch import Touch


class MechanicalKey(Path):
    """A blade in the driver's door: its own latch by a rod, all doors where a switch is fitted."""

    needs: ClassVar[frozenset[str]] = frozenset({"blade"})
    serves: ClassVar[tuple[str, ...]] = ("unlock", "lock")
    limits: ClassVar[dict[str, Limit]] = {"unlock": Limit(1.0), "lock": Limit(1.0)}
    owner: ClassVar[str] = "phone_and_blade"

    def touches(self, intent: str) -> tuple[Touch, ...]:
        """Return the blade in the cylinder, whose switch a relay can be."""
        return (Touch("bcm", "blade", contact=f"cylinder_{intent}"),)

    async def act(self, scene: Scene, intent: str) -> None:
        """Turn the blade; the switch behind the cylinder is a relay where the unit is real."""
        if "bcm" in scene.station.real.units:
            await scene.press(f"cylinder_{intent}")
            return
        blade = scene.station.owner.blade
        if blade is not None:
            await blade.turn(intent, scene.sensed(f"blade turned to {intent}"))
