"""Where MQTT faults act: what the broker asks before it answers."""

from dataclasses import dataclass
from typing import Literal

Direction = Literal["up", "down"]


@dataclass(frozen=True)
class Refusal:
    """A CONNACK that lets nobody in.

    Attributes:
        code_3, code_5: its code in MQTT 3.1.1, and its reason code in MQTT 5.
        server: whom MQTT 5 names to go to instead ("": nobody).
    """

    code_3: int
    code_5: int
    server: str = ""


class MqttRule:
    """A disturbance of the broker; this one disturbs nothing."""

    def refuses(self, party: str, host: str) -> Refusal | None:
        """Return how a CONNECT of `party` to the name `host` is refused, or None."""
        del party, host
        return None

    def forgets(self, party: str) -> bool:
        """Whether the session that `party` wants to take up again is forgotten."""
        del party
        return False

    def loses(self, party: str, direction: Direction, packet: str) -> bool:
        """Whether a packet ("PUBACK", …) from ("up") or to ("down") `party` is lost."""
        del party, direction, packet
        return False
