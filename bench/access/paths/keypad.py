"""The keypad on the door."""

import asyncio
from typing import ClassVar

from bench.access.path import Limit, Path, Scene
from bench.events.wires import KEYPAD


class Keypad(Path):
    """A code on the keypad; nothing to carry, and a pause after five wrong ones."""

    needs: ClassVar[frozenset[str]] = frozenset({"knowledge"})
    serves: ClassVar[tuple[str, ...]] = ("unlock",)
    limits: ClassVar[dict[str, Limit]] = {"unlock": Limit(1.0)}

    def contacts(self, intent: str, code: str) -> tuple[str, ...]:
        """Return a key for each digit."""
        del intent
        return tuple(f"{KEYPAD}{digit}" for digit in code)

    async def act(self, scene: Scene, intent: str) -> None:
        """Enter the code; the last digit is the act."""
        for key in self.contacts(intent, scene.station.owner.code or ""):
            # each digit is sensed; the act that counts is the last one
            await scene.press(key)
            await asyncio.sleep(0.3)
