"""A thief: hears what is on the air, and sends it again."""

from dataclasses import dataclass, field

from bench.radio.air import Air, Channel, Place

NAME = "thief"
RECEIVERS = {"uhf": "BCM", "nfc": "DKM", "ble": "DKM"}


@dataclass
class Thief:
    """Somebody with a radio near the car.

    Attributes:
        air: the radio around the car.
        place: where the thief stands.
        heard: every telegram so far: channel, sender, payload.
    """

    air: Air
    place: Place = field(default_factory=lambda: Place(3.0))
    heard: list[tuple[str, str, bytes]] = field(default_factory=list)

    def listen(self) -> None:
        """Hear everything from now on."""
        self.air.places[NAME] = self.place
        self.air.eavesdroppers.add(self._on_telegram)

    def _on_telegram(self, channel: str, sender: str, payload: bytes) -> None:
        if sender != NAME:
            self.heard.append((channel, sender, payload))

    async def replay(self, channel: Channel, cause: int) -> bool:
        """Send again what was heard last on a channel; return whether there was anything."""
        known = [payload for heard_on, _, payload in self.heard if heard_on == channel]
        if not known:
            return False
        await self.air.send(
            channel, NAME, RECEIVERS[channel], known[-1], what="replayed telegram", cause=cause
        )
        return True
