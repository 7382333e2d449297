"""NFC: the card on a reader."""

import asyncio
from typing import ClassVar

from bench.access.path import Limit, Path, Scene


class NfcCard(Path):
    """A key card held to the reader: on the pillar for the doors, on the console to start."""

    needs: ClassVar[frozenset[str]] = frozenset({"card"})
    serves: ClassVar[tuple[str, ...]] = ("unlock", "lock", "start", "stop")
    limits: ClassVar[dict[str, Limit]] = {
        "unlock": Limit(1.5),
        "lock": Limit(1.5),
        "start": Limit(3.0),
        "stop": Limit(2.0),
    }
    credential: ClassVar[str] = "card-1"
    owner: ClassVar[str] = "phone_and_card"

    async def act(self, scene: Scene, intent: str) -> None:
        """Hold the card to the pillar; or lay it on the console and press the button."""
        card = scene.station.owner.card
        if card is None:
            return
        if intent in {"unlock", "lock"}:
            await card.tap(scene.sensed("card held to the pillar"))
            return
        await card.tap(scene.seq)
        await asyncio.sleep(0.5)
        await scene.press("start_button")
