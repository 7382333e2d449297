"""The transponder of a fob without a battery."""

import asyncio
from typing import ClassVar

from bench.access.key_path import START
from bench.access.path import Limit, Path, Scene


class FlatFob(Path):
    """A fob with an empty cell in the backup slot: its transponder still starts the car."""

    needs: ClassVar[frozenset[str]] = frozenset({"transponder"})
    serves: ClassVar[tuple[str, ...]] = ("start", "stop")
    limits: ClassVar[dict[str, Limit]] = {"start": Limit(3.0), "stop": Limit(2.0)}
    owner: ClassVar[str] = "phone_and_blade"

    def contacts(self, intent: str, code: str) -> tuple[str, ...]:
        """Return the start button."""
        del intent, code
        return (START,)

    async def act(self, scene: Scene, intent: str) -> None:
        """Put the fob into the slot and press the button."""
        del intent
        fob = scene.station.owner.fob
        if fob is None:
            return
        fob.place.distance_m = 0.01
        await asyncio.sleep(0.5)
        await scene.press(START)
