"""How an interface fares: what it loses, what it refuses, what its controller says.

The car must not be blamed for the bench: each of these is an event, and the oracle of evidence
makes an inconclusive verdict of those that could have changed what was seen.
"""

import errno

import can

from bench.can.controller import BusState
from bench.can.error_frames import decode, state_of
from bench.can.frame import EXTENDED
from bench.can.interface.time_stamps import TimeStamps
from bench.events import (
    BenchFault,
    BusStateChanged,
    ErrorSeen,
    FramesDropped,
    FramesNotSent,
    ReceiverLost,
)
from bench.journal import Journal

_MEANINGS = {
    errno.ENETDOWN: "the channel went down",
    errno.ENODEV: "the interface is gone: was it unplugged?",
    errno.ENXIO: "the interface is gone: was it unplugged?",
    errno.ENOBUFS: "the interface takes no more: does anybody acknowledge on this bus?",
}


def meaning(error: Exception) -> str:
    """Return what an error of an interface means, and how it was put.

    >>> meaning(can.CanOperationError("Failed to receive: Network is down", errno.ENETDOWN))
    'the channel went down (Failed to receive: Network is down [Error Code 100])'
    """
    code = getattr(error, "error_code", None) or getattr(error, "errno", None)
    said = str(error) or repr(error)
    return f"{_MEANINGS[code]} ({said})" if code in _MEANINGS else said


class InterfaceHealth:
    """Writes down what goes wrong with one connection to a bus.

    Args:
        bus: its name.
        side: whose connection it is, "bench" or "car".
        journal: where to.
        tells_of_bus: whether this side's error frames are recorded: both sides hear the same ones.
    """

    def __init__(self, bus: str, side: str, journal: Journal, *, tells_of_bus: bool) -> None:
        self._bus, self._side, self._journal = bus, side, journal
        self._tells_of_bus = tells_of_bus
        self._state: BusState = "error_active"
        self._dropped = 0
        self._not_sent = 0
        self._why_not_sent = ""
        self._rivals: set[int] = set()

    def rival(self, identity: int) -> None:
        """Record a second sender of what the bench sends: who would be believed is chance."""
        if identity not in self._rivals:
            self._rivals.add(identity)
            name = f"0x{identity & (EXTENDED - 1):X}"
            self._journal.write(BenchFault(
                f"can.{self._bus}",
                f"{name} comes from the bus, and the bench sends it, too: name the real unit in "
                "[car] real, or take the message out of the restbus (one of network management: "
                "give the restbus another `own`)",
            ))  # fmt: skip

    def receiving_failed(self, error: Exception) -> None:
        """Record that a receiver has died, or heard nothing for a while."""
        whose = "" if self._side == "bench" else f" ({self._side}'s side)"
        self._journal.write(ReceiverLost(f"can.{self._bus}{whose}", meaning(error)))

    # ── sending ───────────────────────────────────────────────────────────────────────────

    def sending_failed(self, error: Exception) -> None:
        """Record that a frame was not taken: the first at once, those that follow as a number."""
        reason = meaning(error)
        if reason != self._why_not_sent:
            self.sent()
            self._why_not_sent = reason
            self._journal.write(FramesNotSent(self._bus, 1, reason))
        else:
            self._not_sent += 1

    def sent(self) -> None:
        """Note that a frame was taken again."""
        if self._not_sent:
            self._journal.write(FramesNotSent(self._bus, self._not_sent, self._why_not_sent))
        self._not_sent, self._why_not_sent = 0, ""

    # ── receiving ─────────────────────────────────────────────────────────────────────────

    def dropped(self, total: int) -> None:
        """Record frames that the kernel threw away; `total` is its count since the beginning."""
        if total > self._dropped:
            self._journal.write(FramesDropped(self._bus, total - self._dropped))
            self._dropped = total

    def error_frame(self, message: can.Message, t_ns: int, said: can.BusState) -> None:
        """Record what an error frame tells, and the controller's state if that has changed.

        Args:
            message: the error frame.
            t_ns: when it was received.
            said: the interface's word on its controller: many only ever say "active".
        """
        report = decode(message)
        if report.what == "overflow":
            self._journal.write(FramesDropped(self._bus, 1), None, t_ns)
        if not self._tells_of_bus:
            return
        seq = self._journal.write(ErrorSeen(self._bus, -1, "", "", report.what), None, t_ns)
        state = report.state or (None if said is can.BusState.ACTIVE else state_of(said))
        if state is not None and state != self._state:
            self._state = state
            changed = BusStateChanged(self._bus, self._side, state, report.tec, report.rec)
            self._journal.write(changed, seq, t_ns)

    def close(self, stamps: TimeStamps) -> None:
        """Write down what is left to say."""
        self.sent()
        if self._tells_of_bus:
            self._journal.write(stamps.described(self._bus))
