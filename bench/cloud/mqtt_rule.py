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


@dataclass(frozen=True)
class Client:
    """A client, as the broker knows it: what a unit calls itself is its own affair.

    Attributes:
        party: whose link it came over; where that is nobody's, what it calls itself.
        vin: the vehicle that it has proved to be ("": none).
    """

    party: str
    vin: str


class MqttRule:
    """A disturbance of the broker; this one disturbs nothing."""

    def refuses(self, client: Client, host: str) -> Refusal | None:
        """Return how a CONNECT of `client` to the name `host` is refused, or None."""
        del client, host
        return None

    def forgets(self, client: Client) -> bool:
        """Whether the session that `client` wants to take up again is forgotten."""
        del client
        return False

    def loses(self, client: Client, direction: Direction, packet: str) -> bool:
        """Whether a packet ("PUBACK", …) from ("up") or to ("down") `client` is lost."""
        del client, direction, packet
        return False
