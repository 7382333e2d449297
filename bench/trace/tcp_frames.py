"""Ethernet, IPv4 and TCP around bytes that a socket has carried."""

import hashlib
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.network.address import Address

SEGMENT = 1460  # bytes of payload in a frame of Ethernet without options (RFC 879)
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
_IPV4, _TCP = 0x0800, 6
_WINDOW, _WINDOW_SHIFT = 0xFFFF, 7  # 8 MB: these frames never wait for room
_SYN_OPTIONS = struct.pack(">BBHBBBB", 2, 4, SEGMENT, 3, 3, _WINDOW_SHIFT, 1)
_WRAP = 1 << 32


@dataclass
class End:
    """One end of a connection.

    Attributes:
        name: who it is; its hardware address is made from that.
        address: where it is.
        sent: the sequence number of the next byte that it sends.
        ended: whether it has sent FIN.
    """

    name: str
    address: Address
    sent: int = 0
    ended: bool = False

    @property
    def hardware(self) -> bytes:
        """A locally administered address, the same for the same name."""
        return b"\x02" + hashlib.sha256(self.name.encode()).digest()[:5]


@dataclass
class TcpFrames:
    """Makes the frames of one connection, with the sequence numbers that go with them.

    Each frame acknowledges what the other end has sent so far, and there are no frames for that
    alone: what a kernel acknowledged, and when, nobody above it knows.
    """

    client: End
    server: End
    _over: bool = field(default=False)

    def opening(self) -> Iterator[bytes]:
        """Yield the three-way handshake."""
        yield self._frame(self.client, SYN, options=_SYN_OPTIONS)
        self.client.sent += 1
        yield self._frame(self.server, SYN | ACK, options=_SYN_OPTIONS)
        self.server.sent += 1
        yield self._frame(self.client, ACK)

    def knocking(self, *, refused: bool) -> Iterator[bytes]:
        """Yield a SYN that opens nothing, and the RST that answers it where there is one."""
        yield self._frame(self.client, SYN, options=_SYN_OPTIONS)
        self.client.sent += 1
        if refused:
            yield self._frame(self.server, RST | ACK)
        self._over = True

    def data(self, data: bytes, *, by_client: bool) -> Iterator[bytes]:
        """Yield the frames that carry some bytes; none after the sender's FIN."""
        end = self._end(by_client)
        if self._over or end.ended:
            return
        for start in range(0, len(data), SEGMENT):
            part = data[start : start + SEGMENT]
            push = PSH if start + SEGMENT >= len(data) else 0
            yield self._frame(end, ACK | push, part)
            end.sent += len(part)

    def ended(self, *, by_client: bool) -> Iterator[bytes]:
        """Yield an end's FIN, once."""
        end = self._end(by_client)
        if self._over or end.ended:
            return
        yield self._frame(end, FIN | ACK)
        end.sent += 1
        end.ended = True
        if self.client.ended and self.server.ended:
            yield self._frame(self._end(not by_client), ACK)
            self._over = True

    def reset(self, *, by_client: bool) -> Iterator[bytes]:
        """Yield an end's RST; nothing comes after it."""
        if not self._over:
            yield self._frame(self._end(by_client), RST | ACK)
            self._over = True

    def _end(self, client: bool) -> End:
        return self.client if client else self.server

    def _frame(self, sender: End, flags: int, data: bytes = b"", options: bytes = b"") -> bytes:
        receiver = self.server if sender is self.client else self.client
        segment = _segment(sender, receiver, flags, data, options)
        return packet(sender, receiver, _TCP, segment)


def packet(sender: End, receiver: End, protocol: int, segment: bytes) -> bytes:
    """Return a segment, or a datagram, in IPv4 in Ethernet."""
    ethernet = receiver.hardware + sender.hardware + struct.pack(">H", _IPV4)
    return ethernet + _ip_header(sender, receiver, protocol, len(segment)) + segment


def _segment(sender: End, receiver: End, flags: int, data: bytes, options: bytes) -> bytes:
    ports = sender.address[1], receiver.address[1]
    known = receiver.sent % _WRAP if flags & ACK else 0
    words = (20 + len(options)) // 4 << 4
    header = struct.pack(
        ">HHIIBBHHH", *ports, sender.sent % _WRAP, known, words, flags, _WINDOW, 0, 0
    )
    check = checked(sender, receiver, _TCP, header + options + data)
    return header[:16] + struct.pack(">H", check) + header[18:] + options + data


def checked(sender: End, receiver: End, protocol: int, segment: bytes) -> int:
    """Return the checksum of a segment or a datagram whose own field for it is 0."""
    pseudo = struct.pack(">BBH", 0, protocol, len(segment))
    return checksum(_ip(sender) + _ip(receiver) + pseudo + segment)


def _ip_header(sender: End, receiver: End, protocol: int, length: int) -> bytes:
    header = struct.pack(">BBHHHBBH", 0x45, 0, 20 + length, 0, 0x4000, 64, protocol, 0)
    header += _ip(sender) + _ip(receiver)
    return header[:10] + struct.pack(">H", checksum(header)) + header[12:]


def _ip(end: End) -> bytes:
    return socket.inet_aton(end.address[0])


def checksum(data: bytes) -> int:
    """Return the Internet checksum (RFC 1071).

    >>> checksum(bytes.fromhex("0001f203f4f5f6f7"))  # the example there
    8717
    """
    data += bytes(len(data) % 2)
    total: int = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
