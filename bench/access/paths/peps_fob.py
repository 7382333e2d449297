"""Passive entry and start."""

import asyncio
from typing import ClassVar

from bench.access.path import WALK_S, Limit, Path, Scene


class PepsFob(Path):
    """The fob in the pocket: a hand on the handle, or the start button."""

    needs: ClassVar[frozenset[str]] = frozenset({"fob"})
    serves: ClassVar[tuple[str, ...]] = ("unlock", "lock", "start", "stop")
    limits: ClassVar[dict[str, Limit]] = {
        "unlock": Limit(1.0),
        "lock": Limit(1.0),
        "start": Limit(3.0),
        "stop": Limit(2.0),
    }
    owner: ClassVar[str] = "phone_and_fob"

    async def act(self, scene: Scene, intent: str) -> None:
        """Walk up with the fob in the pocket and use the handle or the button."""
        await asyncio.sleep(WALK_S)
        contact = {"unlock": "handle_driver", "lock": "handle_driver_lock"}
        await scene.press(contact.get(intent, "start_button"))
