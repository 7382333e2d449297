"""A person, and what is in the pockets."""

from dataclasses import dataclass, field, replace
from typing import Any

from bench.owner.app import App
from bench.owner.blade import Blade
from bench.owner.card import Card
from bench.owner.fob import Fob
from bench.owner.phone import Phone
from bench.radio.air import Air, Place

PLACES_M = {"away": 50.0, "door": 0.7, "seat": 0.4}


@dataclass
class Person:
    """An owner.

    Attributes:
        name: one of the owners' names.
        air: where the voice is heard.
        place: where the person is; what is carried is there too.
        code: the keypad's code, if the person knows it.
    """

    name: str
    air: Air
    place: Place = field(default_factory=Place)
    phone: Phone | None = None
    card: Card | None = None
    fob: Fob | None = None
    blade: Blade | None = None
    code: str | None = None

    @property
    def app(self) -> App | None:
        """The app in the hand; None without a phone, or with a flat one."""
        return None if self.phone is None or self.phone.flat else self.phone.app

    def change_app(self, **policy: Any) -> None:
        """Have the phone's app, if there is one, behave otherwise from now on (`AppPolicy`)."""
        if self.phone is not None:
            self.phone.app.policy = replace(self.phone.app.policy, **policy)

    def arrive(self) -> None:
        """Be on the scene with everything that is carried."""
        self.air.places["owner"] = self.place
        for item in (self.phone, self.card, self.fob, self.blade):
            if item is not None:
                item.switch_on()

    def go(self, where: str) -> None:
        """Be "away", at the "door" or on the "seat", with everything."""
        distance_m = PLACES_M[where]
        for place in self._places():
            place.distance_m, place.inside = distance_m, where == "seat"

    def _places(self) -> list[Place]:
        items = (self.phone, self.card, self.fob, self.blade)
        return [self.place, *(item.place for item in items if item is not None)]

    async def say(self, phrase: bytes, cause: int) -> bytes | None:
        """Speak; return what the car answers."""
        answer = await self.air.send(
            "sound", "owner", "HU", phrase, what=phrase.decode(), cause=cause
        )
        return answer.payload if answer else None
