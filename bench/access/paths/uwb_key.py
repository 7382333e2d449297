"""The phone's ultra-wideband key."""

import asyncio
from typing import ClassVar

from bench.access.path import WALK_S, Limit, Path, Scene


class UwbKey(Path):
    """Ultra-wideband key of a phone in the pocket; the phone is found by Bluetooth first."""

    needs: ClassVar[frozenset[str]] = frozenset({"phone"})
    serves: ClassVar[tuple[str, ...]] = ("unlock", "lock", "start", "stop")
    limits: ClassVar[dict[str, Limit]] = {
        "unlock": Limit(1.5),
        "lock": Limit(1.5),
        "start": Limit(3.0),
        "stop": Limit(2.0),
    }
    credential: ClassVar[str] = "phone-1"

    async def act(self, scene: Scene, intent: str) -> None:
        """Walk up with the phone in the pocket and use the handle or the button."""
        phone = scene.station.owner.phone
        if phone is None:
            return
        phone.uwb = True
        await phone.connect(scene.seq)
        await asyncio.sleep(WALK_S)
        contact = {"unlock": "handle_driver", "lock": "handle_driver_lock"}
        await scene.press(contact.get(intent, "start_button"))
