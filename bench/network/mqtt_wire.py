"""MQTT on the wire, 3.1.1 and 5: bytes to packets and back, for a broker and for its clients.

The codec is that of zmqtt (MIT): the one found on the package index that needs no I/O, nothing
else, and knows both versions in both directions. It lies in a private package there, so its exact
version is asked for, and this module is the only one that names it.
"""

import asyncio
import struct
from collections.abc import Container
from typing import Literal, Protocol, cast

from zmqtt._internal.packets import (
    ConnAck,
    ConnAckProperties,
    Connect,
    ConnectProperties,
    Disconnect,
    DisconnectProperties,
    PingReq,
    PingResp,
    PubAck,
    Publish,
    SubAck,
    Subscribe,
    SubscriptionRequest,
    UnsubAck,
    Unsubscribe,
)
from zmqtt._internal.packets.codec import AnyPacket, decode, encode
from zmqtt._internal.types.qos import QoS

Version = Literal["3.1.1", "5.0"]
LAST_ID = 0xFFFF  # of packets; 0 is none (MQTT 3.1.1 and 5, §2.2.1)
MOST_BYTES = 256 * 1024  # of one packet; commands and reports have a few hundred
AT_MOST_ONCE, AT_LEAST_ONCE = QoS.AT_MOST_ONCE, QoS.AT_LEAST_ONCE

__all__ = [
    "AT_LEAST_ONCE", "AT_MOST_ONCE", "AnyPacket", "BadPacket", "ConnAck", "ConnAckProperties",
    "Connect", "ConnectProperties", "Disconnect", "DisconnectProperties", "End", "Endpoint",
    "PingReq", "PingResp", "PubAck", "Publish", "SubAck", "Subscribe", "SubscriptionRequest",
    "UnsubAck", "Unsubscribe", "Version", "free_id", "kind_of",
]  # fmt: skip


class BadPacket(ValueError):
    """Bytes that are no MQTT."""


def kind_of(packet: AnyPacket) -> str:
    """Return a packet's name as the standard writes it ("PUBACK")."""
    return packet.packet_type.name


def free_id(last: int, taken: Container[int]) -> int:
    """Return the next packet identifier behind `last` that is not taken; 1 follows the last one.

    >>> free_id(1, {2, 3}), free_id(65535, set())
    (4, 1)
    """
    while True:
        last = last % LAST_ID + 1
        if last not in taken:
            return last


class End(Protocol):
    """Who sits at an endpoint: the broker, or a client."""

    def on_packet(self, endpoint: "Endpoint", packet: AnyPacket) -> None:
        """Take a packet."""
        ...

    def on_bad(self, endpoint: "Endpoint", why: str) -> None:
        """Take note that what came is no MQTT; the connection is given up."""
        ...

    def on_lost(self, endpoint: "Endpoint") -> None:
        """Take note that the connection has ended, however it did."""
        ...


class Endpoint(asyncio.Protocol):
    """One end of one MQTT connection.

    Args:
        end: who is told of packets, and of the connection's end.
        version: what is spoken; a broker learns it from the first packet.
    """

    def __init__(self, end: End, version: Version | None = None) -> None:
        self.version: Version = version or "3.1.1"
        self.transport: asyncio.Transport | None = None
        self._end = end
        self._learns = version is None
        self._buffer = bytearray()

    @property
    def closed(self) -> bool:
        """Whether nothing can be sent any more."""
        return self.transport is None or self.transport.is_closing()

    def send(self, packet: AnyPacket) -> None:
        """Send a packet; into a closed connection it is lost."""
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(encode(packet, version=self.version))

    def size_of(self, packet: AnyPacket) -> int:
        """Return how many bytes a packet has here."""
        return len(encode(packet, version=self.version))

    def again(self, packet: AnyPacket) -> None:
        """Hand on a packet that was kept back."""
        if not self.closed:
            self._end.on_packet(self, packet)

    def close(self) -> None:
        """Close in order: what was sent still arrives."""
        if self.transport is not None:
            self.transport.close()

    def abort(self) -> None:
        """Give the connection up at once."""
        if self.transport is not None:
            self.transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast("asyncio.Transport", transport)  # of a stream

    def data_received(self, data: bytes) -> None:
        """Hand on every packet that is complete; what is no MQTT ends the connection."""
        self._buffer += data
        try:
            while not self.closed and (packet := self._next()) is not None:
                self._end.on_packet(self, packet)
        except BadPacket as error:
            self._end.on_bad(self, str(error))
            self.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        del exc
        self.transport = None
        self._end.on_lost(self)

    def _next(self) -> AnyPacket | None:
        """Take the first packet out of the buffer; None while it is incomplete."""
        buffer = bytes(self._buffer)
        try:
            found = decode(buffer, version=self.version, max_packet_size=MOST_BYTES)
        except (ValueError, IndexError, struct.error) as error:
            raise BadPacket(str(error)) from None
        if found is None:
            return None
        packet, length = found
        if self._learns and isinstance(packet, Connect):
            self._learns = False
            self.version = "5.0" if _level(buffer) >= 5 else "3.1.1"
        del self._buffer[:length]
        return packet


def _level(connect: bytes) -> int:
    """Return the protocol level of a CONNECT: behind the header's length and the word "MQTT"."""
    behind_length = next(i for i in range(1, 5) if not connect[i] & 0x80) + 1
    return connect[behind_length + 6]
