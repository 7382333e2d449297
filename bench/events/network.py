"""Names, connections and exchanges, as a party of the network sees them."""

from dataclasses import dataclass
from typing import ClassVar

from bench.events.event import Event


@dataclass(frozen=True, slots=True)
class NameFailed(Event):
    """A name did not resolve for a party."""

    lane: ClassVar[str] = "link"
    party: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class ConnectionOpened(Event):
    """A party's connection reached the cloud through its link."""

    lane: ClassVar[str] = "link"
    party: str
    connection: int


@dataclass(frozen=True, slots=True)
class ConnectionClosed(Event):
    """A connection ended: how, and how many bytes had gone each way."""

    lane: ClassVar[str] = "link"
    party: str
    connection: int
    how: str
    up_bytes: int
    down_bytes: int


@dataclass(frozen=True, slots=True)
class LinkCounted(Event):
    """How many bytes a party's links have carried so far: TLS included, TCP and IP headers not."""

    lane: ClassVar[str] = "link"
    party: str
    up_bytes: int
    down_bytes: int


@dataclass(frozen=True, slots=True)
class RequestSent(Event):
    """A party sent an HTTP request (or opened a push channel)."""

    lane: ClassVar[str] = "link"
    party: str
    exchange: str
    method: str
    path: str


@dataclass(frozen=True, slots=True)
class ResponseReceived(Event):
    """A party received an HTTP response; `note` is what it made of it."""

    lane: ClassVar[str] = "link"
    party: str
    exchange: str
    status: int
    note: str


@dataclass(frozen=True, slots=True)
class ExchangeFailed(Event):
    """A party's request ended without a response: the error as the client saw it.

    `sent` tells whether the request had left: only then may it have had an effect.
    """

    lane: ClassVar[str] = "link"
    party: str
    exchange: str
    error: str
    detail: str
    sent: bool


@dataclass(frozen=True, slots=True)
class HandshakeFailed(Event):
    """A TLS handshake with the cloud failed: which host was called, and why, as the server saw it.

    Written where real devices connect: the bench's own parties say what they met (ExchangeFailed).
    Whose handshake it was TLS does not tell before it is over.
    """

    lane: ClassVar[str] = "link"
    host: str
    reason: str


@dataclass(frozen=True, slots=True)
class BadCertificateAccepted(Event):
    """A party sent data over a connection whose server had shown it a bad certificate.

    `problem` is what is wrong with it: expired, not_yet_valid, untrusted, wrong_host, revoked. It
    is written once for each connection, when the first whole request has come.
    """

    lane: ClassVar[str] = "link"
    party: str
    host: str
    problem: str
