"""DNS in UDP around a name that was asked for: a question, an answer (RFC 1035)."""

import socket
import struct

from bench.trace.tcp_frames import End, checked, packet

_UDP, _A, _IN = 17, 1, 1
_ASKED, _ANSWERED = 0x0100, 0x8180  # recursion desired; available, too
_NAME_BEFORE = 0xC00C  # the answer's name is the question's
ANSWERED = {"nxdomain": 3, "servfail": 2, "empty": 0}  # response codes


def question(client: End, resolver: End, number: int, name: str) -> bytes:
    """Return the frame of a question for a name's IPv4 address."""
    return _frame(client, resolver, _message(number, _ASKED, name, b""))


def answer(
    client: End, resolver: End, number: int, name: str, address: str | None, reason: str = ""
) -> bytes:
    """Return the frame of the answer: an address, or why there is none (a key of ANSWERED)."""
    record = b""
    if address is not None:
        record = struct.pack(">HHHIH", _NAME_BEFORE, _A, _IN, 0, 4) + socket.inet_aton(address)
    return _frame(
        resolver, client, _message(number, _ANSWERED | ANSWERED.get(reason, 0), name, record)
    )


def _message(number: int, flags: int, name: str, record: bytes) -> bytes:
    labels = (label.encode("idna") for label in name.rstrip(".").split("."))
    asked = b"".join(bytes((len(label),)) + label for label in labels) + b"\0"
    head = struct.pack(">HHHHHH", number, flags, 1, 1 if record else 0, 0, 0)
    return head + asked + struct.pack(">HH", _A, _IN) + record


def _frame(sender: End, receiver: End, message: bytes) -> bytes:
    ports = sender.address[1], receiver.address[1]
    head = struct.pack(">HHHH", *ports, 8 + len(message), 0)
    check = checked(sender, receiver, _UDP, head + message) or 0xFFFF  # 0 would mean: none
    return packet(sender, receiver, _UDP, head[:6] + struct.pack(">H", check) + message)
