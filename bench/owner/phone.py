"""A phone as a key: Bluetooth, UWB and NFC, in the hand or in the pocket, charged or flat."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bench.owner.app import App
from bench.protocol.key_challenge import decode_challenge, respond
from bench.radio.air import Air, Answer, Heard, Place

HELLO, CHALLENGE, RESPONSE, RANGING = b"H", b"C", b"R", b"U"
MODULE = "DKM"
AT_READER_M = 0.02
AnswerTo = Callable[[bytes, int], Awaitable[Answer]]


@dataclass
class Phone:
    """One phone.

    Attributes:
        name: what it is called on the air; also its key's name.
        app: the maker's app.
        air: the radio around the car.
        place: where it is.
        flat: its battery is empty; only NFC still answers, from the power reserve.
        uwb: whether ranging is switched on.
    """

    name: str
    app: App
    air: Air
    place: Place
    flat: bool = False
    uwb: bool = True

    def switch_on(self) -> None:
        """Let the phone's radios be heard."""
        self.air.places[self.name] = self.place
        if not self.flat:
            self.air.receive("ble", self.name, self._on_ble)
            self.air.receive("uwb", self.name, self._on_uwb)

    async def connect(self, cause: int) -> bool:
        """Connect to the car by Bluetooth, as a phone in the pocket does when it comes near."""
        if self.flat:
            return False
        answer = await self.air.send("ble", self.name, MODULE, HELLO, what="connect", cause=cause)
        return answer is not None

    async def _on_ble(self, heard: Heard) -> Answer | None:
        if heard.payload[:1] != CHALLENGE:
            return None
        seq = await self.app.before_key(heard.seq)
        return await self._respond(heard.payload[1:], seq)

    async def _on_uwb(self, heard: Heard) -> Answer | None:
        return Answer(b"U", heard.seq) if self.uwb else None

    async def _respond(self, payload: bytes, cause: int) -> Answer:
        challenge = decode_challenge(payload)
        ticket, seq = "", cause
        if challenge.wants and not self.flat:
            ticket, seq = await self.app.ticket(self.name, cause)
        return Answer(respond(challenge, self.name, ticket=ticket).encoded(), seq)

    async def tap(self, cause: int) -> bool:
        """Hold the phone to a reader; return whether the car took it."""
        return await tap(self.air, self.name, self.place, self._respond, cause)


async def tap(air: Air, name: str, place: Place, answer_to: AnswerTo, cause: int | None) -> bool:
    """Hold something to the nearest reader: hello, challenge, answer."""
    before, place.distance_m = place.distance_m, AT_READER_M
    try:
        challenge = await air.send("nfc", name, MODULE, HELLO, what="tap", cause=cause)
        if challenge is None:
            return False
        response = await answer_to(challenge.payload, challenge.seq)
        verdict = await air.send(
            "nfc", name, MODULE, RESPONSE + response.payload, what="key answer", cause=response.seq
        )
        return verdict is not None and verdict.payload == b"Y"
    finally:
        if place.distance_m == AT_READER_M:  # else who holds it has gone elsewhere meanwhile
            place.distance_m = before
