"""What paths have in common that end at a handle, a pillar or the start button."""

import asyncio
from typing import ClassVar

from bench.access.path import WALK_S, Limit, Path, Scene
from bench.access.touch import Touch
from bench.owner.card import Card
from bench.owner.person import Person
from bench.owner.phone import Phone

CONTACTS = {"unlock": "handle_driver", "lock": "handle_driver_lock"}
START = "start_button"
HOLD_S = 1.0  # assumed: a reader has then seen what lies on it


class KeyPath(Path):
    """A key that serves the doors and the drive."""

    serves: ClassVar[tuple[str, ...]] = ("unlock", "lock", "start", "stop")
    limits: ClassVar[dict[str, Limit]] = {
        "unlock": Limit(1.5),
        "lock": Limit(1.5),
        "start": Limit(3.0),
        "stop": Limit(2.0),
    }

    def contacts(self, intent: str, code: str) -> tuple[str, ...]:
        """Return the handle's contact, or the start button."""
        del code
        return (CONTACTS.get(intent, START),)

    async def use_handle_or_button(self, scene: Scene, intent: str) -> None:
        """Come near with the key in the pocket, and use what the intent needs."""
        await asyncio.sleep(WALK_S)
        for contact in self.contacts(intent, ""):
            await scene.press(contact)


class PhonePath(KeyPath):
    """A phone in the pocket, found by radio.

    Attributes:
        uwb: whether the phone's ranging is switched on.
    """

    needs: ClassVar[frozenset[str]] = frozenset({"phone"})
    credential: ClassVar[str] = "phone-1"
    uwb: ClassVar[bool]

    def touches(self, intent: str) -> tuple[Touch, ...]:
        """Return the phone, whose key the digital-key module asks for."""
        del intent
        return (Touch("digital_key", "phone"),)

    async def act(self, scene: Scene, intent: str) -> None:
        """Walk up with the phone in the pocket and use the handle or the button."""
        phone = scene.station.owner.phone
        if phone is not None:
            phone.uwb = self.uwb
            await phone.connect(scene.seq)
            await self.use_handle_or_button(scene, intent)


class ReaderPath(KeyPath):
    """Something held to a reader: on the pillar for the doors, on the console to start.

    Attributes:
        thing: what is held.
        moved: what a bench's arm would move ("": nothing that an arm holds).
    """

    thing: ClassVar[str]
    moved: ClassVar[str] = ""

    def contacts(self, intent: str, code: str) -> tuple[str, ...]:
        """Return the start button, or nothing: a reader at the pillar feels the card itself."""
        del code
        return () if intent in CONTACTS else (START,)

    def touches(self, intent: str) -> tuple[Touch, ...]:
        """Return what the digital-key module reads, at the pillar or on the console.

        Nobody has to have it to stop.
        """
        if intent == "stop":
            return ()
        place = "pillar" if intent in CONTACTS else "console"
        return (Touch("digital_key", self.thing, f"{self.moved} {place}" if self.moved else ""),)

    def item(self, owner: Person) -> Phone | Card | None:
        """Return what is held to the reader."""
        raise NotImplementedError

    async def act(self, scene: Scene, intent: str) -> None:
        """Hold it to the pillar; or lay it on the console, for a start, and press the button."""
        item = self.item(scene.station.owner)
        if item is None:
            return
        if intent in CONTACTS:
            says = f"{item.name} held to the pillar"
            if not (self.moved and await scene.actuate(f"{self.moved} pillar", says, HOLD_S)):
                await item.tap(scene.sensed(says))
            return
        if intent == "start":
            if not (self.moved and await scene.actuate(f"{self.moved} console", hold_s=HOLD_S)):
                await item.tap(scene.seq)
            await asyncio.sleep(0.5)
        await scene.press(START)
