"""The keypad on the door."""

import asyncio
from typing import ClassVar

from bench.access.path import Limit, Path, Scene


class Keypad(Path):
    """A code on the keypad; nothing to carry, and a pause after five wrong ones."""

    needs: ClassVar[frozenset[str]] = frozenset({"knowledge"})
    serves: ClassVar[tuple[str, ...]] = ("unlock",)
    limits: ClassVar[dict[str, Limit]] = {"unlock": Limit(1.0)}

    async def act(self, scene: Scene, intent: str) -> None:
        """Enter the code; the last digit is the act."""
        del intent
        code = scene.station.owner.code or ""
        for digit in code:
            # each digit is sensed; the act that counts is the last one
            await scene.press(f"keypad_{digit}")
            await asyncio.sleep(0.3)
