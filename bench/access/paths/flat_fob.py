"""The transponder of a fob without a battery."""

import asyncio
from typing import ClassVar

from bench.access.key_path import START
from bench.access.path import Limit, Path, Scene
from bench.access.touch import Touch


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

    def touches(self, intent: str) -> tuple[Touch, ...]:
        """Return the fob in its slot: the start button's unit has its transponder read."""
        if intent == "stop":
            return ()
        return (Touch("immobiliser", "fob", "fob slot"), Touch("passive_entry", "fob", "fob slot"))

    async def act(self, scene: Scene, intent: str) -> None:
        """Put the fob into the slot and press the button."""
        del intent
        fob = scene.station.owner.fob
        if fob is None:
            return
        fob.place.distance_m = 0.01
        await asyncio.sleep(0.5)
        await scene.press(START)
