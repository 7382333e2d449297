"""The blade."""

from typing import ClassVar

from bench.access.path import Limit, Path, Scene


class MechanicalKey(Path):
    """A blade in the driver's door: its own latch by a rod, all doors where a switch is fitted."""

    needs: ClassVar[frozenset[str]] = frozenset({"blade"})
    serves: ClassVar[tuple[str, ...]] = ("unlock", "lock")
    limits: ClassVar[dict[str, Limit]] = {"unlock": Limit(1.0), "lock": Limit(1.0)}
    owner: ClassVar[str] = "phone_and_blade"

    async def act(self, scene: Scene, intent: str) -> None:
        """Turn the blade."""
        blade = scene.station.owner.blade
        if blade is not None:
            await blade.turn(intent, scene.sensed(f"blade turned to {intent}"))
