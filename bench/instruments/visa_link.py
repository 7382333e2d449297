"""How drivers speak through pyvisa: with deadlines, and with errors that name the device.

What was measured of pyvisa's back ends, and is dealt with here (the rest in `visa_backend`): a
refused port opens; a late reply is handed to the next query; `flush` is missing or costs 100 ms; a
second small write on a socket waits 44 ms for an acknowledgement; a socket that was closed at the
other end looks like a device that does not answer. So everything is bytes, sockets do not collect
what they send, their end is looked for, and after a time-out or nonsense the link is drained, and
whoever is there asked who it is, before it is used again.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from bench.errors import ConfigError, InstrumentFault, InstrumentTimeout
from bench.instruments.kinds import Setup
from bench.instruments.visa_backend import SIMULATED, opened, translated
from bench.instruments.visa_session import VisaSession, join, leave

SILENCE_MS = 50  # a device that has said nothing for so long has no more to say
LATEST_MS = 500  # so long after that, a reply that was waited for in vain is still looked out for
LOOKS = 4  # so often in turn a busy computer may have looked too late
LONGEST = 1000  # bytes; no reply that a driver asks for is half as long
MOST_SHOWN = 60  # bytes of a reply in an error

End = bytes | int | Callable[[bytes], bool] | None


class VisaLink:
    """An instrument's way to its device.

    Args:
        setup: the instrument's setup: its name, resource, back end and pace.
        timeout_s: how long a reply may take.
        gap_s: the least time from a command, and from the end of its reply, to the next command.
        baud_rate: of a serial line.

    Attributes:
        confirm: asks who is there and raises if it is somebody else; called after the link was
            drained, because a reply may come later than any drain waits for it.
    """

    def __init__(
        self,
        setup: Setup,
        *,
        timeout_s: float = 1.0,
        gap_s: float = 0.0,
        baud_rate: int = 9600,
    ) -> None:
        self.confirm: Callable[[], object] | None = None
        self._setup = setup
        self._timeout_s, self._gap_s, self._baud_rate = timeout_s, gap_s, baud_rate
        self._session: VisaSession | None = None
        self._slowest_s = 0.0

    @property
    def where(self) -> str:
        """The device as errors name it."""
        return f"{self._setup.name} ({self._setup.resource})"

    @property
    def connected(self) -> bool:
        """Whether it was opened and not closed since; the connection may have broken."""
        return self._session is not None

    @property
    def lost(self) -> bool:
        """Whether the connection has broken; only opening it again helps."""
        return self._session is not None and self._session.lost

    # ── open and close ────────────────────────────────────────────────────────────────────

    def open(self) -> None:
        """Open the resource, or share what another instrument has open; raises InstrumentFault."""
        if not self._setup.resource:
            raise ConfigError(f"{self._setup.name}: resource: is missing: which VISA resource?")
        self.close()
        connect = partial(opened, self._setup, self.where, self._timeout_s)
        self._session = join(self._setup.backend, self._setup.resource, connect)
        self._translated(self._configure, "cannot be configured")

    def _configure(self) -> None:
        from pyvisa import constants

        session = self._opened()
        resource = session.resource
        resource.read_termination = resource.write_termination = None
        if self._setup.resource.startswith("ASRL"):
            resource.end_input = constants.SerialTermination.none
            resource.end_output = constants.SerialTermination.none
            resource.baud_rate = self._baud_rate
        session.send_at_once()
        # whoever spoke to it last, this program or another, may have done so just now
        now_s = self._setup.pace.now_s()
        session.free_at_s = max(session.free_at_s, now_s + self._gap_s)

    def close(self) -> None:
        """Close the resource if nobody else uses it; twice does no harm."""
        session = self._session
        if session is None:
            return
        with session.turn:  # not in the middle of what another thread asks
            self._session = None
            if leave(self._setup.backend, self._setup.resource, session):
                self._translated(session.resource.close, "cannot be closed")

    # ── speak ─────────────────────────────────────────────────────────────────────────────

    def write(self, data: bytes) -> None:
        """Send bytes in one piece, not sooner than the device can take them."""
        with self._turn() as session:
            self._refuse_ended()
            if session.late or self._translated(session.speaks_unasked, "cannot be listened to"):
                self._recover(session)
            pace = self._setup.pace
            pace.sleep(max(0.0, session.free_at_s - pace.now_s()))
            self._be_patient(session, self._timeout_s)
            self._translated(lambda: session.resource.write_raw(data), "does not take commands")
            self._rest_now(session)

    def ask(self, data: bytes, end: End) -> bytes:
        """Send bytes and return the reply.

        Args:
            data: the question.
            end: how the reply ends: with these bytes, after so many bytes, when this says so, or
                None: it just stops.

        Raises:
            InstrumentTimeout: the reply did not come, or not to its end.
        """
        with self._turn():
            self.write(data)
            if end is None:
                return self._in_full(b"", 1) + self.rest()
            return self._in_full(b"", end)

    def slowest_answer_s(self) -> float:
        """Return how long the slowest answer took since this was last asked."""
        slowest_s, self._slowest_s = self._slowest_s, 0.0
        return slowest_s

    def _in_full(self, reply: bytes, end: bytes | int | Callable[[bytes], bool]) -> bytes:
        """Read a reply to its end."""
        began_s = time.monotonic()
        until_s = began_s + self._timeout_s
        try:
            while not _whole(reply, end):
                reply += self._read_byte(self._timeout_s)
                self._in_time(until_s, len(reply))
        except InstrumentTimeout as error:
            self.distrust()
            self._opened().owes = not reply
            got = f"; it said {reply[:MOST_SHOWN]!r}" if reply else ""
            raise InstrumentTimeout(f"{error}{got}") from None
        finally:
            self._slowest_s = max(self._slowest_s, time.monotonic() - began_s)
        self._rest_now(self._opened())  # a frame of Modbus ends by the silence after it
        return reply

    def _rest_now(self, session: VisaSession) -> None:
        """Let the device be before its next command."""
        session.free_at_s = self._setup.pace.now_s() + self._gap_s

    def rest(self, silence_ms: int | None = None) -> bytes:
        """Return what the device still has to say: all until it falls silent.

        Raises:
            InstrumentTimeout: it does not fall silent.
        """
        patience_s = (silence_ms or SILENCE_MS) / 1000
        until_s, said = time.monotonic() + self._timeout_s, b""
        with self._turn():
            while byte := self._byte_or_silence(patience_s):
                said += byte
                self._in_time(until_s, len(said))
        return said

    def _byte_or_silence(self, patience_s: float) -> bytes:
        try:
            return self._read_byte(patience_s)
        except InstrumentTimeout:
            return b""

    # ── distrust ──────────────────────────────────────────────────────────────────────────

    def synchronise(self, end: bytes) -> None:
        """End a command that another program left half sent; what is said to it is not read.

        Only a serial line and a raw socket need it: elsewhere messages have bounds of their own.
        """
        if self._setup.resource.startswith("ASRL") or self._setup.resource.endswith("SOCKET"):
            if end:
                self.write(end)
            self.distrust()

    def distrust(self) -> None:
        """Take note that what the device has said so far must not be taken for its next reply."""
        self._opened().late = True

    def trust(self) -> None:
        """Believe the device again, though it has not answered: one that never does."""
        self._opened().late = False

    def _recover(self, session: VisaSession) -> None:
        """Throw away what came too late, and make sure that who answers is who is asked.

        A reply that still has not come may come now, and look like the answer to who is there:
        then that answer follows it, and nothing is believed yet.
        """
        owed = not self.rest() and session.owes
        session.late = session.owes = False
        if self.confirm is None or session.confirming:
            return
        session.confirming = True
        try:
            self.confirm()
        finally:
            session.confirming = False
        if more := self.rest(LATEST_MS if owed else None):
            self.distrust()
            raise InstrumentTimeout(
                f"{self.where} answers later than in {self._timeout_s:g} s, or says more than it "
                f"is asked: {more[:MOST_SHOWN]!r}"
            )

    def _in_time(self, until_s: float, count: int) -> None:
        """Refuse to listen for ever: each byte may come in time, and the reply never end.

        A twin in memory has said all at once: if time passes there in a reply of some length, this
        computer was busy.
        """
        busy = self._setup.backend == SIMULATED and count <= LONGEST
        if time.monotonic() > until_s and not busy:
            self.distrust()
            raise InstrumentTimeout(
                f"{self.where} does not come to an end in {self._timeout_s:g} s"
            )

    # ── the session, and what back ends raise ─────────────────────────────────────────────

    def _opened(self) -> VisaSession:
        if self._session is None:
            raise InstrumentFault(f"{self.where} is not open")
        return self._session

    @contextmanager
    def _turn(self) -> Iterator[VisaSession]:
        """Have the device to oneself."""
        session = self._opened()
        with session.turn:
            yield session

    def _read_byte(self, patience_s: float) -> bytes:
        """Return the next byte.

        A back end that did not get to look in time, on a busy computer, says that nothing came:
        what has come all the same is read.
        """
        session = self._opened()
        self._be_patient(session, patience_s)
        for _ in range(LOOKS):
            try:
                return self._next_byte(session)
            except InstrumentTimeout:
                if not self._translated(session.speaks_unasked, "cannot be listened to"):
                    raise
        return self._next_byte(session)

    def _next_byte(self, session: VisaSession) -> bytes:
        byte: bytes = self._translated(lambda: session.resource.read_bytes(1), "does not answer")
        return byte

    @staticmethod
    def _be_patient(session: VisaSession, patience_s: float) -> None:
        """Set how long reading and writing may take."""
        patience_ms = max(1, round(patience_s * 1000))
        if session.resource.timeout != patience_ms:
            session.resource.timeout = patience_ms

    def _refuse_ended(self) -> None:
        """Find out that the other end of a socket has closed it: reading would only time out."""
        session = self._opened()
        if self._translated(session.ended, "is gone"):
            session.lost = True
            raise InstrumentFault(f"{self.where} is gone: it has closed the connection")

    def _translated(self, call: Callable[[], Any], what: str) -> Any:
        """Make a call; whatever a back end raises becomes an InstrumentFault."""
        try:
            return translated(call, f"{self.where} {what}", self._timeout_s)
        except InstrumentTimeout:
            if self._session is not None:
                self._refuse_ended()
            raise
        except InstrumentFault:
            if self._session is not None:
                self._session.lost = True
            raise


def _whole(reply: bytes, end: bytes | int | Callable[[bytes], bool]) -> bool:
    if isinstance(end, int):
        return len(reply) >= end
    return reply.endswith(end) if isinstance(end, bytes) else end(reply)
