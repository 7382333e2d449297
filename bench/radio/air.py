"""The air around a car: telegrams that are heard, or not.

Ranges are typical and assumed unless a source is named: what a test asks is whether a telegram
is heard at arm's length, at the car park's end, and inside, not link budgets.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

from bench.events import Telegram, TelegramLost
from bench.injection import Rules
from bench.journal import Journal

Channel = Literal["ble", "uwb", "nfc", "lf", "uhf", "coil", "sound", "blade"]
Handler = Callable[["Heard"], Awaitable["Answer | None"]]


@dataclass(frozen=True)
class ChannelTraits:
    """What a channel is like: how far it reaches, and how long a telegram takes."""

    reach_m: float
    telegram_s: float


TRAITS: dict[str, ChannelTraits] = {
    "ble": ChannelTraits(30.0, 0.03),  # a connection event at a 30 ms interval
    "uwb": ChannelTraits(30.0, 0.002),
    "nfc": ChannelTraits(0.05, 0.02),  # ISO 14443 reading distance
    "lf": ChannelTraits(1.5, 0.02),  # 125 kHz challenge: 1 to 1.5 m
    "uhf": ChannelTraits(50.0, 0.108),  # 433/868 MHz: a rolling-code frame of about 108 ms
    "coil": ChannelTraits(0.03, 0.04),  # transponder in the immobiliser's backup slot
    # not radio, but the same question: who meets whom
    "sound": ChannelTraits(1.5, 0.5),  # a spoken phrase
    "blade": ChannelTraits(0.01, 0.4),  # a blade turned in a cylinder
}


@dataclass(frozen=True)
class Heard:
    """A telegram as its receiver gets it.

    Attributes:
        channel: which radio.
        sender: who sent it.
        payload: its bytes.
        distance_m: how far the sender was from the car (0: inside).
        inside: whether it was sent from inside the cabin.
        seq: the journal entry to name as the cause of what is done about it.
    """

    channel: str
    sender: str
    payload: bytes
    distance_m: float
    inside: bool
    seq: int


@dataclass
class Place:
    """Where somebody is: metres from the car, or inside. What they carry is there too."""

    distance_m: float = 50.0
    inside: bool = False


@dataclass(frozen=True)
class Answer:
    """What is answered, and the entry behind it.

    For who answers, that is the cause of the answer; for who hears it, the answer's telegram.
    """

    payload: bytes
    seq: int


@dataclass
class Air:
    """The radio around one car.

    Attributes:
        journal: where telegrams are written.
        places: where each party is that is not part of the car.
        rules: disturbances; each is told channel and sender, and may return a reason why a
            telegram is lost.
        eavesdroppers: told channel, sender and payload of every telegram that is sent.
    """

    journal: Journal
    places: dict[str, Place] = field(default_factory=dict)
    rules: "Rules[Callable[[str, str], str | None]]" = field(default_factory=Rules)
    eavesdroppers: "Rules[Callable[[str, str, bytes], None]]" = field(default_factory=Rules)
    _receivers: dict[tuple[str, str], Handler] = field(default_factory=dict)

    def receive(self, channel: Channel, receiver: str, handler: Handler) -> None:
        """Let `receiver` hear a channel; its handler returns what it answers, or None.

        The answer's `seq` names what the receiver answers because of.
        """
        self._receivers[channel, receiver] = handler

    async def send(
        self,
        channel: Channel,
        sender: str,
        receiver: str,
        payload: bytes,
        *,
        what: str,
        cause: int | None,
        airtime_s: float | None = None,
    ) -> Answer | None:
        """Send a telegram and return the answer; None when it was not heard or not answered.

        Args:
            channel: which radio.
            sender: who sends; sender or receiver has a place, the other one is the car.
            receiver: who is to hear it.
            payload: the bytes.
            what: its content in words.
            cause: the entry because of which it is sent.
            airtime_s: how long it takes; by default what is usual on the channel.
        """
        took_s = TRAITS[channel].telegram_s if airtime_s is None else airtime_s
        await asyncio.sleep(took_s)
        for eavesdropper in self.eavesdroppers:
            eavesdropper(channel, sender, payload)
        meeting = self._meeting(channel, sender, receiver, payload, what, cause)
        if meeting is None:
            return None
        handler, heard = meeting
        answer = await handler(heard)
        if answer is None:
            return None
        await asyncio.sleep(took_s)
        back = self._told(
            channel, receiver, sender, f"answer to {what}", answer.payload, answer.seq
        )
        return Answer(answer.payload, back)

    def _meeting(
        self, channel: str, sender: str, receiver: str, payload: bytes, what: str, cause: int | None
    ) -> tuple[Handler, Heard] | None:
        """Return who hears a telegram, and what is heard; None where it is lost, on the record."""
        place = self.places.get(sender) or self.places.get(receiver) or Place()
        handler = self._receivers.get((channel, receiver))
        reason = self._why_lost(channel, sender, place, fitted=handler is not None)
        if reason is not None or handler is None:
            self.journal.write(TelegramLost(channel, sender, what, reason or "lost"), cause)
            return None
        seq = self._told(channel, sender, receiver, what, payload, cause)
        return handler, Heard(channel, sender, payload, place.distance_m, place.inside, seq)

    def _told(
        self, channel: str, sender: str, receiver: str, what: str, payload: bytes, cause: int | None
    ) -> int:
        return self.journal.write(Telegram(channel, sender, receiver, what, len(payload)), cause)

    def _why_lost(self, channel: str, sender: str, place: Place, *, fitted: bool) -> str | None:
        if not fitted:
            return "nobody listens on this channel"
        reach_m = TRAITS[channel].reach_m
        heard_inside = place.inside and reach_m > 1.0
        if not heard_inside and place.distance_m > reach_m:
            return f"out of reach at {place.distance_m:g} m"
        for rule in self.rules:
            reason = rule(channel, sender)
            if reason is not None:
                return reason
        return None
