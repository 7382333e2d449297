"""Passive entry and start."""

from typing import ClassVar

from bench.access.key_path import KeyPath
from bench.access.path import Limit, Scene
from bench.access.touch import Touch


class PepsFob(KeyPath):
    """The fob in the pocket: a hand on the handle, or the start button."""

    needs: ClassVar[frozenset[str]] = frozenset({"fob"})
    limits: ClassVar[dict[str, Limit]] = {
        **KeyPath.limits,
        "unlock": Limit(1.0),
        "lock": Limit(1.0),
    }
    owner: ClassVar[str] = "phone_and_fob"

    def touches(self, intent: str) -> tuple[Touch, ...]:
        """Return the fob, which passive entry calls; nobody has to have it to stop."""
        return (Touch("passive_entry", "fob"),) if intent != "stop" else ()

    async def act(self, scene: Scene, intent: str) -> None:
        """Walk up with the fob in the pocket and use the handle or the button."""
        await self.use_handle_or_button(scene, intent)
