"""Push channels and the messages on them."""

from dataclasses import dataclass
from typing import ClassVar

from bench.events.event import Event


@dataclass(frozen=True, slots=True)
class BrokerConnect(Event):
    """An MQTT client asked the broker to be let in; `code` 0 is yes, others are the standard's.

    `host` is the name that the client called ("": its TLS does not say); `sent_to` the server
    reference of a broker that sends it to another server.
    """

    lane: ClassVar[str] = "push"
    party: str
    version: str
    code: int
    session_present: bool
    host: str = ""
    sent_to: str = ""


@dataclass(frozen=True, slots=True)
class BrokerDisconnect(Event):
    """The broker ended an MQTT client's connection because of what the client did, or did not do.

    MQTT 5 tells the client in a word, 3.1.1 only closes. What faults end has their FaultMet. A
    message that is larger than a client of MQTT 5 takes is dropped, and the connection lives on.
    """

    lane: ClassVar[str] = "push"
    party: str
    reason: str


@dataclass(frozen=True, slots=True)
class ChannelOpened(Event):
    """The cloud has opened a push channel to a party over a WebSocket (MQTT: BrokerConnect)."""

    lane: ClassVar[str] = "push"
    party: str


@dataclass(frozen=True, slots=True)
class PushSent(Event):
    """The cloud pushed a message to a vehicle or an app."""

    lane: ClassVar[str] = "push"
    to: str
    what: str


@dataclass(frozen=True, slots=True)
class PushReceived(Event):
    """A vehicle or an app received a pushed message."""

    lane: ClassVar[str] = "push"
    party: str
    what: str
