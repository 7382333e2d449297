"""A key card: NFC, no battery, nothing to say to any cloud."""

from dataclasses import dataclass

from bench.owner.phone import tap
from bench.protocol.key_challenge import decode_challenge, respond
from bench.radio.air import Air, Answer, Place


@dataclass
class Card:
    """One card; its name is also its key's name."""

    name: str
    air: Air
    place: Place

    def switch_on(self) -> None:
        """Be where it is; a card is never off."""
        self.air.places[self.name] = self.place

    async def tap(self, cause: int | None) -> bool:
        """Hold the card to a reader; return whether the car took it."""
        return await tap(self.air, self.name, self.place, self._respond, cause)

    async def _respond(self, payload: bytes, cause: int) -> Answer:
        return Answer(respond(decode_challenge(payload), self.name).encoded(), cause)
