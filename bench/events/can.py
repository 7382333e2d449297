"""Frames, roles and states of a bus: CAN, and LIN where it has the same."""

from dataclasses import dataclass
from typing import ClassVar

from bench.events.event import Event


@dataclass(frozen=True, slots=True, init=False)
class FrameSeen(Event):
    """One frame on a bus, stamped at its end.

    `data` is in hex; `flags` are x extended, f FD, b bit-rate switch, e error frame.
    """

    lane: ClassVar[str] = "can"
    bus: str
    identifier: int
    flags: str
    data: str
    sender: str

    def __init__(self, bus: str, identifier: int, flags: str, data: str, sender: str) -> None:
        # as dataclass would make it, in half the time: most events of a run are these
        _set_bus(self, bus)
        _set_identifier(self, identifier)
        _set_flags(self, flags)
        _set_data(self, data)
        _set_sender(self, sender)


_set_bus, _set_identifier, _set_flags, _set_data, _set_sender = (
    getattr(FrameSeen, name).__set__ for name in ("bus", "identifier", "flags", "data", "sender")
)


@dataclass(frozen=True, slots=True)
class CyclicSegment(Event):
    """A stretch of cyclic frames that expands exactly (see `bench.can.segments`).

    Frame k of `count` is due at `first_ns + k * period_ns`, carries
    `table[(start + k) % len(table)]` and ends `duration_ns[...]` later; `late` lists
    (k, ns) where it had to wait for the wire.
    """

    lane: ClassVar[str] = "can"
    bus: str
    identifier: int
    flags: str
    sender: str
    period_ns: int
    first_ns: int
    count: int
    start: int
    table: tuple[str, ...]
    duration_ns: tuple[int, ...]
    late: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class RoleChanged(Event):
    """A role's value, decoded from the frame that is this entry's cause, differs from before.

    `means` holds every label that the raw value stands for; `value` is the first of them.
    """

    lane: ClassVar[str] = "can"
    bus: str
    role: str
    value: str
    means: tuple[str, ...]
    raw: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BusWoke(Event):
    """Traffic began on a bus that was silent."""

    lane: ClassVar[str] = "can"
    bus: str


@dataclass(frozen=True, slots=True)
class BusSlept(Event):
    """A bus fell silent: every node released it."""

    lane: ClassVar[str] = "can"
    bus: str


@dataclass(frozen=True, slots=True)
class BusCounted(Event):
    """How many frames a bus has carried so far, and for how long they have occupied it."""

    lane: ClassVar[str] = "can"
    bus: str
    frames: int
    busy_ns: int


@dataclass(frozen=True, slots=True)
class ErrorSeen(Event):
    """An error frame on a bus: it destroyed a frame of `sender`, stamped at its delimiter's end.

    `identifier` is -1 and `sender` "" where the interface does not tell; `flagged_by` is the node
    that saw the error alone ("": all together); `what` is error, no_acknowledge, or what the
    interface says; on LIN no_response, checksum, parity, collision or framing.
    """

    lane: ClassVar[str] = "can"
    bus: str
    identifier: int
    sender: str
    flagged_by: str
    what: str


@dataclass(frozen=True, slots=True)
class BusStateChanged(Event):
    """A node's CAN controller changed its state: error_active, error_passive, bus_off.

    `tec` and `rec` are its error counters then (-1: the interface does not tell).
    """

    lane: ClassVar[str] = "can"
    bus: str
    node: str
    state: str
    tec: int
    rec: int


@dataclass(frozen=True, slots=True)
class CutOff(Event):
    """What a fault takes away by its nature, while it is armed.

    Frames that `node` sends or is to receive ("": everybody's) with `identifier` (-1: all).
    """

    lane: ClassVar[str] = "can"
    bus: str
    node: str
    identifier: int


@dataclass(frozen=True, slots=True)
class FramePassed(Event):
    """A frame between simulated units in real time: the cause of what a unit does on hearing it.

    They hear it on their own connection, the bench on another (FrameSeen). Frames in a row that
    were sent because of the same thing are written once.
    """

    lane: ClassVar[str] = "car"
    bus: str
    identifier: int
    sender: str


@dataclass(frozen=True, slots=True)
class FrameSpoiled(Event):
    """A frame was made invalid on purpose before it went: no receiver may act on it."""

    lane: ClassVar[str] = "can"
    bus: str
    identifier: int
    how: str
