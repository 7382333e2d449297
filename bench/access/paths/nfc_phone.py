"""NFC: the phone on a reader."""

import asyncio
from typing import ClassVar

from bench.access.path import Limit, Path, Scene


class NfcPhone(Path):
    """A phone held to the reader: on the pillar for the doors, on the console to start."""

    needs: ClassVar[frozenset[str]] = frozenset({"phone_nfc"})
    serves: ClassVar[tuple[str, ...]] = ("unlock", "lock", "start", "stop")
    limits: ClassVar[dict[str, Limit]] = {
        "unlock": Limit(1.5),
        "lock": Limit(1.5),
        "start": Limit(3.0),
        "stop": Limit(2.0),
    }
    credential: ClassVar[str] = "phone-1"
    owner: ClassVar[str] = "phone_only"

    async def act(self, scene: Scene, intent: str) -> None:
        """Hold the phone to the pillar; or lay it on the console and press the button."""
        phone = scene.station.owner.phone
        if phone is None:
            return
        if intent in {"unlock", "lock"}:
            await phone.tap(scene.sensed("phone held to the pillar"))
            return
        await phone.tap(scene.seq)
        await asyncio.sleep(0.5)
        await scene.press("start_button")
