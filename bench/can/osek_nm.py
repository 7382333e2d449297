"""Direct network management after OSEK/VDX NM 2.5.3: a ring of nodes that agree on sleep.

Each node passes a ring message on to the next higher number. A node that does not need the bus says
so in its own (sleep indication); when a ring has gone round in which all have said so, one answers
with a sleep acknowledgement, all fall silent at once, and sleep a while later.

OSEK leaves the frames' layout to the maker. This is the common one: byte 0 is the receiver of the
ring message, byte 1 holds the bits below, the sender is its identifier minus the first one's. The
times are OSEK's parameters with values that are common in cars; they are assumed.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from bench.can.frame import Reception, frame_of
from bench.can.port import Port

LEAST_BYTES = 2
ALIVE, RING, LIMP_HOME, SLEEP_INDICATION, SLEEP_ACKNOWLEDGE = 0x01, 0x02, 0x04, 0x10, 0x20


@dataclass(frozen=True)
class OsekTimes:
    """Times of direct network management.

    Attributes:
        typical_s: from a ring message to the next node's (TTyp).
        maximum_s: silence after which the ring is begun anew (TMax).
        wait_bus_sleep_s: from the acknowledgement until a node sleeps (TWaitBusSleep).
        wake_s: from the wake-up until a node sends.
    """

    typical_s: float = 0.1
    maximum_s: float = 0.26
    wait_bus_sleep_s: float = 5.0
    wake_s: float = 0.03


class OsekNode:
    """One node of a logical ring.

    Args:
        port: its connection.
        ring: identifiers of its messages (29-bit ones with bit 31), by the number of the node.
        own: this node's identifier.
        on_awake: called when the node may send, with the entry that woke it.
        on_asleep: called when the node must be silent.
        times: those of its ring (None: the usual ones).
    """

    def __init__(
        self,
        port: Port,
        ring: range,
        own: int,
        *,
        on_awake: Callable[[int | None], None],
        on_asleep: Callable[[], None],
        times: OsekTimes | None = None,
    ) -> None:
        self._port, self._identifiers, self._own = port, ring, own
        self._number = ring.index(own)
        self._times = times or OsekTimes()
        self._on_awake, self._on_asleep = on_awake, on_asleep
        self._requested = False
        self._state = "asleep"
        self._ring: dict[int, bool] = {}  # per node that was heard: whether it is ready to sleep
        self._loop = asyncio.get_running_loop()
        self._turn: asyncio.TimerHandle | None = None
        self._silence: asyncio.TimerHandle | None = None
        self._falling_asleep: asyncio.TimerHandle | None = None
        port.claim(own)
        port.listen([each for each in ring if each != own], self._on_ring, every=True)
        port.listen(None, self._on_any, every=False)

    @property
    def awake(self) -> bool:
        """Whether the node may send."""
        return self._state == "awake"

    async def request(self, cause: int | None) -> None:
        """Need the bus: wake it if it sleeps; returns when this node may send."""
        self._requested = True
        if self._state == "asleep":
            self._send(self._number, ALIVE, cause)  # the first frame wakes everybody
            self._wake(cause)
            await asyncio.sleep(self._times.wake_s)
        elif self._state == "waking":
            await asyncio.sleep(self._times.wake_s)
        elif self._state == "preparing":
            self._woken(cause)

    def release(self) -> None:
        """Need the bus no more; it sleeps when the whole ring is ready."""
        self._requested = False

    # ── the ring ──────────────────────────────────────────────────────────────────────────

    def _on_any(self, reception: Reception) -> None:
        if self._state == "asleep":
            self._wake(reception.seq)

    def _on_ring(self, reception: Reception) -> None:
        if len(reception.frame.data) < LEAST_BYTES:
            return  # of another layout: it keeps nobody awake here, and tells nothing
        frame = reception.frame
        sender = self._identifiers.index(frame.identity)
        receiver, bits = frame.data[0], frame.data[1]
        self._ring[sender] = bool(bits & SLEEP_INDICATION)
        if bits & SLEEP_ACKNOWLEDGE and not self._requested:
            self._prepare()
        elif self._state == "preparing":
            self._woken(reception.seq)
        elif self._state == "awake":
            self._watch_silence()
            if bits & RING and self._is_next(sender, receiver):
                self._pass_on_later()
            elif bits & RING and self._turn is not None:
                self._turn.cancel()  # the ring goes on elsewhere: there is one, not two

    def _is_next(self, sender: int, receiver: int) -> bool:
        """Whether the ring message is for this node: addressed to it, or skipping it."""
        if receiver == self._number:
            return True
        if sender < receiver:
            return sender < self._number < receiver
        return self._number > sender or self._number < receiver  # round the end

    def _pass_on_later(self) -> None:
        if self._turn is not None:
            self._turn.cancel()
        self._turn = self._loop.call_later(self._times.typical_s, self._pass_on)

    def _pass_on(self) -> None:
        """Send the ring message: to the next higher number, else to the lowest."""
        if self._state != "awake":
            return
        known = sorted({*self._ring, self._number})
        after = known[(known.index(self._number) + 1) % len(known)]
        bits = RING
        if not self._requested:
            bits |= SLEEP_INDICATION
            if all(self._ring.values()):
                bits |= SLEEP_ACKNOWLEDGE
        self._send(after, bits, None)
        if bits & SLEEP_ACKNOWLEDGE:
            self._prepare()
        elif after == self._number:
            self._pass_on_later()  # alone: its own ring
        self._watch_silence()

    def _watch_silence(self) -> None:
        """Begin the ring anew when nobody passes it on: a node may have gone."""
        if self._silence is not None:
            self._silence.cancel()
        self._silence = self._loop.call_later(self._times.maximum_s, self._begin_anew)

    def _begin_anew(self) -> None:
        if self._state == "awake":
            self._ring.clear()
            self._send(self._number, ALIVE, None)
            self._pass_on_later()
            self._watch_silence()

    def _send(self, receiver: int, bits: int, cause: int | None) -> None:
        self._port.send(frame_of(self._own, bytes([receiver, bits, 0, 0, 0, 0, 0, 0])), cause)

    # ── waking and sleeping ───────────────────────────────────────────────────────────────

    def _wake(self, cause: int | None) -> None:
        self._state = "waking"
        self._loop.call_later(self._times.wake_s, self._woken, cause)

    def _woken(self, cause: int | None) -> None:
        self._state = "awake"
        if self._falling_asleep is not None:
            self._falling_asleep.cancel()
        self._send(self._number, ALIVE, cause)
        self._pass_on_later()
        self._watch_silence()
        self._on_awake(cause)

    def _prepare(self) -> None:
        """Fall silent; frames of others in the meantime do not wake."""
        if self._state != "awake":
            return
        self._state = "preparing"
        for timer in (self._turn, self._silence):
            if timer is not None:
                timer.cancel()
        self._ring.clear()  # who is heard from now on is in the next one, and may need the bus
        self._on_asleep()
        self._falling_asleep = self._loop.call_later(self._times.wait_bus_sleep_s, self._sleep)

    def _sleep(self) -> None:
        if self._state == "preparing":
            self._state = "asleep"
