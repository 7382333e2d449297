"""A simulated LIN bus: headers, responses, checksums, and the time that each takes."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from bench.can.frame import Frame
from bench.events import FrameSeen
from bench.journal import Journal
from bench.lin.checksum import (
    BYTE_BITS,
    LAST,
    MOST_BYTES,
    checksum,
    header_ns,
    longest_frame_ns,
    protected_identifier,
)
from bench.lin.errors_seen import ErrorsSeen
from bench.lin.port import LinPort, Listeners
from bench.lin.publication import Publication
from bench.units import NS_PER_S

Disturb = Callable[[int, bytes], bytes]


class Observer(Protocol):
    """Sees what a transceiver sees of a bus, beside good frames."""

    def header(self, identifier: int, node: str) -> None:
        """A header has passed that `node` has sent."""
        ...

    def error(self, identifier: int, what: str, response: bytes) -> None:
        """A frame has failed; `response` is what came of it, with its checksum."""
        ...


class SimulatedLin:
    """A LIN bus, on any event loop.

    Args:
        bus: its name.
        now_ns: the bench clock.
        journal: where frames and errors are recorded (None: the bench is not wired to it).
        bitrate: bits per second (LIN: 1,000 to 20,000).
        classic: identifiers with the classic checksum.

    Attributes:
        disturb: changes the bytes of a response on the wire (data and checksum), if set.
        on_wake: called with the cause when a slave wakes the bus.
        observers: who sees headers and errors.
    """

    def __init__(
        self,
        bus: str,
        now_ns: Callable[[], int],
        journal: Journal | None,
        *,
        bitrate: int,
        classic: Collection[int] = (),
    ) -> None:
        self.bus, self.bitrate = bus, bitrate
        self.frame_count, self.last_activity_ns = 0, -1
        self.listeners = Listeners()
        self.disturb: Disturb | None = None
        self.on_wake: Callable[[int | None], None] | None = None
        self.observers: list[Observer] = []
        self._now_ns, self._journal, self._classic = now_ns, journal, frozenset(classic)
        self.errors = ErrorsSeen(bus, journal)
        self._loop = asyncio.get_running_loop()
        self._answers: dict[int, dict[str, Publication]] = defaultdict(dict)
        self._under_way: asyncio.TimerHandle | None = None
        self._master = ""  # who sent the last header
        self._held: deque[tuple[int, str]] = deque()
        self._awaited: int | None = None  # the header that nobody has answered so far

    def port(self, node: str) -> LinPort:
        """Return a node's connection."""
        return LinPort(self, node)

    def publish(
        self, node: str, identifier: int, table: Sequence[bytes], cause: int | None, *, once: bool
    ) -> Publication:
        """Have a node answer headers with this identifier from now on."""
        made = Publication(node, identifier, table, cause, once=once, changed=self._changed)
        self._answers[identifier][node] = made
        return made

    def _changed(self, publication: Publication) -> None:
        answers = self._answers[publication.identifier]
        if publication.stopped and answers.get(publication.node) is publication:
            del answers[publication.node]

    def wake(self, cause: int | None) -> None:
        """Wake the bus, as a slave does: its master is told."""
        if self.on_wake is not None:
            self.on_wake(cause)

    # ── on the wire ───────────────────────────────────────────────────────────────────────

    def header(self, identifier: int, node: str = "", *, pid: int | None = None) -> None:
        """Send a header, as the master does.

        Args:
            identifier: 0 to 0x3F.
            node: who sends it.
            pid: the protected identifier as it arrives, if it is disturbed.
        """
        wanted = protected_identifier(identifier)
        taken = self._under_way is not None and (self._awaited is None or bool(self._held))
        if taken and node == self._master:
            self._held.append((identifier, node))  # a master whose timers are late waits its turn
            return
        self._master = node
        if self._under_way is not None:
            self._under_way.cancel()
            self._under_way = None
            if self._awaited is None:  # two at once: neither is understood
                self._fail(identifier, "", "collision", b"")
                return
            self._unanswered(self._awaited)
        if pid is not None and pid != wanted:
            self._fail(identifier, "", "parity", b"")
            return
        self._after(header_ns(self.bitrate), self._answer, identifier, node)

    def _after(self, after_ns: int, call: Callable[..., None], *arguments: object) -> None:
        self._under_way = self._loop.call_later(after_ns / NS_PER_S, call, *arguments)

    def _answer(self, identifier: int, node: str) -> None:
        """Let whoever publishes the frame send its response."""
        for observer in self.observers:
            observer.header(identifier, node)
        answers = tuple(self._answers.get(identifier, {}).values())
        if not answers:
            longest_ns = longest_frame_ns(MOST_BYTES, self.bitrate)
            left_ns = longest_ns - header_ns(self.bitrate)
            self._awaited = identifier
            self._after(left_ns, self._give_up, identifier)
            return
        data = answers[0].data
        response = data + bytes([self._checksum(identifier, data)])
        if self.disturb is not None:
            response = self.disturb(identifier, response)
        response_ns = BYTE_BITS * len(response) * NS_PER_S // self.bitrate
        self._after(response_ns, self._passed, identifier, answers, response)

    def _checksum(self, identifier: int, data: bytes) -> int:
        return checksum(identifier, data, classic=identifier in self._classic)

    def _give_up(self, identifier: int) -> None:
        self._unanswered(identifier)
        self._go_on()

    def _unanswered(self, identifier: int) -> None:
        self._under_way = self._awaited = None
        self._fail(identifier, "", "no_response", b"")

    def _passed(self, identifier: int, answers: tuple[Publication, ...], response: bytes) -> None:
        self._under_way = None
        self.errors.answered(identifier)
        data, sender = response[:-1], answers[0].node
        if len({each.data for each in answers}) > 1:
            self._fail(identifier, sender, "collision", response)
        elif self._checksum(identifier, data) != response[-1]:
            self._fail(identifier, sender, "checksum", response)
        else:
            self._deliver(Frame(identifier, data), answers[0])
        self._go_on()

    def _go_on(self) -> None:
        """Send the next header that had to wait for the wire."""
        if self._held:
            self.header(*self._held.popleft())

    def _deliver(self, frame: Frame, answer: Publication) -> None:
        t_ns = self._now_ns()
        self.frame_count += 1
        self.last_activity_ns = t_ns
        seq = answer.cause
        if self._journal is not None:
            seen = FrameSeen(self.bus, frame.identifier, "", frame.data.hex(), answer.node)
            seq = self._journal.write(seen, answer.cause, t_ns)
        self.listeners.hand_on(frame, t_ns, seq, answer.node, self._loop.call_soon)
        answer.sent()

    def _fail(self, identifier: int, sender: str, what: str, response: bytes) -> None:
        self.last_activity_ns = self._now_ns()
        self.errors.error(identifier & LAST, sender, what)
        for observer in self.observers:
            observer.error(identifier, what, response)
