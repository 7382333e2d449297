"""A node's connection to a LIN bus, in the words of a connection to a CAN bus.

So roles and expectations are the same on both. What a node "sends" on LIN is its answer to the
master's header: `cyclic` answers every header of the frame, `send` the next one.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Protocol

from bench.can.frame import Frame, Reception
from bench.can.port import OnFrame, Stop
from bench.lin.errors_seen import ErrorsSeen
from bench.lin.publication import Publication


class Line(Protocol):
    """What carries a LIN bus.

    Attributes:
        bus: its name.
        bitrate: bits per second.
        frame_count: frames so far.
        last_activity_ns: when the last one ended (-1: there was none).
        listeners: who hears it.
        errors: what went wrong.
    """

    bus: str
    bitrate: int
    frame_count: int
    last_activity_ns: int
    listeners: "Listeners"
    errors: ErrorsSeen

    def publish(
        self, node: str, identifier: int, table: Sequence[bytes], cause: int | None, *, once: bool
    ) -> Publication:
        """Answer headers with this identifier from now on."""
        ...

    def header(self, identifier: int, node: str) -> None:
        """Send a header, as the master does."""
        ...


class Listeners:
    """Who wants to hear which frames."""

    def __init__(self) -> None:
        self._wanted: dict[int | None, list[tuple[str, OnFrame, bool]]] = defaultdict(list)
        self._before: dict[int, bytes] = {}

    def add(
        self, node: str, identifiers: Sequence[int] | None, on_frame: OnFrame, *, every: bool
    ) -> Stop:
        """Call `on_frame` for these identifiers (None: all)."""
        listener = (node, on_frame, every)
        wanted: list[int | None] = [None] if identifiers is None else list(identifiers)
        for each in wanted:
            self._wanted[each].append(listener)

        def stop() -> None:
            for each in wanted:
                if listener in self._wanted[each]:
                    self._wanted[each].remove(listener)

        return stop

    def hand_on(
        self, frame: Frame, t_ns: int, seq: int | None, sender: str, later: Callable[..., object]
    ) -> None:
        """Tell everybody but the sender, by `later` (the loop's call_soon)."""
        before = self._before.get(frame.identifier)
        self._before[frame.identifier] = frame.data
        reception = Reception(frame, t_ns, seq, sender, before)
        for wanted in (frame.identifier, None):
            for node, on_frame, every in tuple(self._wanted.get(wanted, ())):
                if (every or frame.data != before) and (node != sender or not sender):
                    later(on_frame, reception)


class LinPort:
    """A node's connection to a LIN bus."""

    def __init__(self, line: Line, node: str) -> None:
        self._line, self._node = line, node
        self.bus = line.bus

    def claim(self, identifier: int) -> None:
        """Nothing to do: who answers a header is in the bus's description."""

    def send(self, frame: Frame, cause: int | None) -> None:
        """Answer the next header of this frame, once."""
        self._line.publish(self._node, frame.identifier, [frame.data], cause, once=True)

    def cyclic(
        self,
        frame: Frame,
        table: Sequence[bytes],
        *,
        period_s: float,  # noqa: ARG002 the master's schedule says when
        offset_s: float,  # noqa: ARG002 a schedule has no offset
        cause: int | None,
    ) -> Publication:
        """Answer every header of this frame with the payloads of `table` in turn."""
        return self._line.publish(self._node, frame.identifier, table, cause, once=False)

    def listen(self, identifiers: Sequence[int] | None, on_frame: OnFrame, *, every: bool) -> Stop:
        """Call `on_frame` for frames with these identifiers (None: all)."""
        return self._line.listeners.add(self._node, identifiers, on_frame, every=every)

    def write_down(self, identifier: int) -> None:
        """Every frame is in the journal already."""

    def set_up(self, *, one_shot: bool = False, restarts: bool = True) -> None:
        """There is no controller to set up."""

    def frames(self) -> int:
        """Return how many frames there were on this bus so far."""
        return self._line.frame_count

    def last_activity_ns(self) -> int:
        """Return when the last frame on this bus ended (-1: there was none)."""
        return self._line.last_activity_ns

    def unanswered(self, identifier: int) -> bool:
        """Whether nobody answered the last header of a frame."""
        return identifier in self._line.errors.unanswered
