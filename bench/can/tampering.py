"""Where faults change what nodes of this process send, before it goes.

The same on the simulated bus and on an interface in real time: a port asks for each frame that it
sends and for each cyclic message that it begins. Frames of real units pass untouched.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from bench.can.frame import Frame
from bench.injection import Rules, Undo, together


class Tamper:
    """A change of what is sent; subclasses say which messages, and how."""

    def selects(self, sender: str, identity: int) -> bool:
        """Whether it changes this message of this sender (29-bit identifiers with bit 31)."""
        raise NotImplementedError

    def table(self, identity: int, table: Sequence[bytes], last: bytes | None) -> list[bytes]:
        """Return what goes instead of these payloads, which would go in turn.

        Args:
            identity: the message.
            table: the payloads, one for each counter.
            last: what went before as its sender meant it; None: nothing.
        """
        del identity, last
        return list(table)

    def period_ns(self, period_ns: int) -> int:
        """Return the period instead of this one."""
        return period_ns

    def sent(self, sender: str, frame: Frame, cause: int | None) -> int | None:
        """Take note of a frame that goes changed; return the entry to name as its cause."""
        del sender, frame
        return cause


class Live(Protocol):
    """A cyclic message that is being sent, and can be told that the rules have changed."""

    def refresh(self) -> None:
        """Ask again how the message is to be sent."""
        ...


class Tampering:
    """The tampers in force on one bus."""

    def __init__(self) -> None:
        self._rules = Rules[Tamper]()
        self._live: dict[Live, None] = {}
        self._last: dict[int, bytes] = {}

    def add(self, tamper: Tamper) -> Undo:
        """Put a tamper in force, also for what is already being sent cyclically."""
        remove = self._rules.add(tamper)
        self._refresh()
        return together([remove, self._refresh])

    def _refresh(self) -> None:
        for live in tuple(self._live):
            live.refresh()

    def begin(self, live: Live) -> None:
        """Remember a cyclic message that is being sent."""
        self._live[live] = None

    def end(self, live: Live) -> None:
        """Forget a cyclic message that is sent no more."""
        self._live.pop(live, None)

    def note(self, identity: int, data: bytes) -> None:
        """Remember what a message's sender has sent last."""
        self._last[identity] = data

    def of(self, sender: str, identity: int) -> tuple[Tamper, ...]:
        """Return what changes a message."""
        return tuple(t for t in self._rules if t.selects(sender, identity))

    def table(
        self, tampers: Sequence[Tamper], identity: int, table: Sequence[bytes]
    ) -> list[bytes]:
        """Return the payloads that go instead of these."""
        changed = list(table)
        for tamper in tampers:
            changed = tamper.table(identity, changed, self._last.get(identity))
        return changed

    def frame(self, sender: str, frame: Frame) -> tuple[Frame, tuple[Tamper, ...]]:
        """Return the frame that goes instead of one, and what has changed it."""
        identity = frame.identity
        tampers = self.of(sender, identity)
        if tampers:
            [data] = self.table(tampers, identity, [frame.data])
            changed = replace(frame, data=data)
        else:
            changed = frame
        self.note(identity, frame.data)
        return changed, tampers


def sent(tampers: Sequence[Tamper], sender: str, frame: Frame, cause: int | None) -> int | None:
    """Tell each tamper of a frame that goes; return the cause to name for it."""
    for tamper in tampers:
        cause = tamper.sent(sender, frame, cause)
    return cause
