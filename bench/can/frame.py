"""A CAN frame, small enough to be made hundreds of thousands of times."""

from dataclasses import dataclass

import can

LARGEST_11_BIT, LARGEST_29_BIT = (1 << 11) - 1, (1 << 29) - 1
EXTENDED = 1 << 31


def key(identifier: int, *, extended: bool) -> int:
    """Return an identifier as DBC files write it: 29-bit ones with bit 31 set.

    >>> hex(key(0x123, extended=True))
    '0x80000123'
    """
    return identifier | EXTENDED if extended else identifier


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame as a node sends it.

    Attributes:
        identifier: 11 bits, or 29 when `extended`.
        data: up to 8 bytes; with `fd` 0 to 8, 12, 16, 20, 24, 32, 48 or 64.
        fd: CAN FD format.
        brs: the data phase at the faster rate (FD only).
    """

    identifier: int
    data: bytes
    extended: bool = False
    fd: bool = False
    brs: bool = False

    @property
    def identity(self) -> int:
        """Which message it is: its identifier, written as `key` does."""
        return self.identifier | EXTENDED if self.extended else self.identifier

    @property
    def flags(self) -> str:
        """The letters by which recordings mark a frame: x extended, f FD, b bit-rate switch."""
        return "x" * self.extended + "f" * self.fd + "b" * self.brs

    @property
    def arbitration_key(self) -> tuple[int, int]:
        """Lower wins the bus: the first 11 bits, then standard before extended, then the rest."""
        if self.extended:
            return self.identifier >> 18, (1 << 18) | (self.identifier & 0x3FFFF)
        return self.identifier, 0

    def message(self, timestamp: float = 0.0, channel: str | None = None) -> can.Message:
        """Return it as python-can's message."""
        return can.Message(
            timestamp=timestamp,
            arbitration_id=self.identifier,
            is_extended_id=self.extended,
            data=self.data,
            is_fd=self.fd,
            bitrate_switch=self.brs,
            channel=channel,
        )


def frame_of(identity: int, data: bytes) -> Frame:
    """Return a frame of the message with this identifier, written as `key` does.

    >>> frame_of(0x80000123, b"").flags
    'x'
    """
    return Frame(identity & ~EXTENDED, data, extended=bool(identity & EXTENDED))


def from_message(message: can.Message) -> Frame:
    """Return python-can's message as a frame (remote and error frames are not frames here)."""
    return Frame(
        message.arbitration_id,
        bytes(message.data),
        message.is_extended_id,
        message.is_fd,
        message.bitrate_switch,
    )


@dataclass(frozen=True, slots=True)
class Reception:
    """A frame as a node receives it.

    Attributes:
        frame: what was received.
        t_ns: when its last bit had passed, on the bench clock.
        seq: the journal entry to name as the cause of what is done about it.
        sender: the node that sent it, where that is known ("" where not).
        before: the payload that the message carried on the wire before, also if that was not
            handed on (None: not known).
    """

    frame: Frame
    t_ns: int
    seq: int | None
    sender: str = ""
    before: bytes | None = None
