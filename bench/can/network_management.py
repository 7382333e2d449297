"""Network management of one node: when a bus sleeps, and how it wakes.

After AUTOSAR CanNm: a node that needs the bus sends its NM message cyclically; every node that
hears one keeps awake; when nobody sends one any more, all fall asleep together. There is no
coordinator, so a real node among simulated ones keeps them awake as it would its own kind.

The times are AUTOSAR's parameters with values that are common in cars; they are assumed.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bench.can.frame import Reception, frame_of
from bench.can.port import CyclicHandle, Port
from bench.can.role_file import NetworkManagementSection

_ROUNDING_S = 1e-6


@dataclass(frozen=True)
class NmTimes:
    """Times of network management.

    Attributes:
        message_s: period of a node's NM message (CanNmMsgCycleTime).
        timeout_s: silence after which nobody needs the bus (CanNmTimeoutTime).
        wait_bus_sleep_s: from then until the node sleeps (CanNmWaitBusSleepTime).
        wake_s: from the wake-up pattern until a node sends.
    """

    message_s: float = 0.5
    timeout_s: float = 2.0
    wait_bus_sleep_s: float = 1.0
    wake_s: float = 0.03


def times_of(section: NetworkManagementSection | None) -> NmTimes:
    """Return the times of a bus: those of its role file, where that speaks of this kind."""
    if section is None or section.kind != "autosar":
        return NmTimes()
    return NmTimes(section.message_s, section.timeout_s, section.wait_bus_sleep_s)


class NmNode:
    """One node's part in waking a bus and letting it sleep.

    Args:
        port: its connection.
        identifier: its NM message's identifier (29-bit ones with bit 31).
        node_id: its number, in byte 0.
        others: identifiers of the other nodes' NM messages.
        on_awake: called when the node may send, with the entry that woke it.
        on_asleep: called when the node must be silent.
        times: those of its bus (None: the usual ones).
    """

    def __init__(
        self,
        port: Port,
        identifier: int,
        node_id: int,
        others: Sequence[int],
        *,
        on_awake: Callable[[int | None], None],
        on_asleep: Callable[[], None],
        times: NmTimes | None = None,
    ) -> None:
        self._port = port
        self._frame = frame_of(identifier, b"")
        self._node_id = node_id
        self._times = times or NmTimes()
        self._on_awake, self._on_asleep = on_awake, on_asleep
        self._requested = False
        self._state = "asleep"
        self._last_need_s = 0.0
        self._waking: list[asyncio.Future[None]] = []
        self._sending: CyclicHandle | None = None
        self._falling_asleep: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
        port.claim(identifier)
        port.listen(list(others), self._on_nm, every=True)
        port.listen(None, self._on_any, every=False)

    @property
    def awake(self) -> bool:
        """Whether the node may send."""
        return self._state == "awake"

    async def request(self, cause: int | None) -> None:
        """Need the bus: wake it if it sleeps; returns when this node may send."""
        self._requested = True
        if self._state == "asleep":
            # the wake-up pattern: the first frame on a sleeping bus wakes everybody
            self._port.send(replace(self._frame, data=self._payload(active=True)), cause)
            self._wake(cause)
        elif self._state == "preparing":
            self._woken(cause)
        if self._state == "awake":
            self._send_nm(cause)
            return
        waiter: asyncio.Future[None] = self._loop.create_future()
        self._waking.append(waiter)
        await waiter

    def release(self) -> None:
        """Need the bus no more; it sleeps when nobody else needs it."""
        self._requested = False
        if self._sending is not None:
            self._sending.stop()
            self._sending = None
        self._keep_awake()

    def _payload(self, *, active: bool) -> bytes:
        return bytes([self._node_id, 0x10 if active else 0, 0, 0, 0, 0, 0, 0])

    def _send_nm(self, cause: int | None) -> None:
        self._keep_awake()
        if self._sending is None:
            self._sending = self._port.cyclic(
                self._frame, [self._payload(active=True)],
                period_s=self._times.message_s, offset_s=0.0, cause=cause,
            )  # fmt: skip

    def _on_any(self, reception: Reception) -> None:
        if self._state == "asleep":
            self._wake(reception.seq)

    def _on_nm(self, reception: Reception) -> None:
        self._keep_awake()
        if self._state == "preparing":
            self._woken(reception.seq)

    def _wake(self, cause: int | None) -> None:
        self._state = "waking"
        self._loop.call_later(self._times.wake_s, self._woken, cause)

    def _woken(self, cause: int | None) -> None:
        self._state = "awake"
        if self._falling_asleep is not None:
            self._falling_asleep.cancel()
        self._keep_awake()
        self._loop.call_later(self._times.timeout_s, self._check)
        self._on_awake(cause)
        if self._requested:
            self._send_nm(cause)
        waiting, self._waking = self._waking, []
        for waiter in waiting:
            if not waiter.done():
                waiter.set_result(None)

    def _keep_awake(self) -> None:
        self._last_need_s = self._loop.time()

    def _check(self) -> None:
        """Fall silent if the last NM message is long enough ago, else look again later."""
        if self._requested:
            self._keep_awake()
        left_s = self._last_need_s + self._times.timeout_s - self._loop.time()
        if left_s > _ROUNDING_S:
            self._loop.call_later(left_s, self._check)
            return
        self._state = "preparing"
        self._on_asleep()
        self._falling_asleep = self._loop.call_later(self._times.wait_bus_sleep_s, self._sleep)

    def _sleep(self) -> None:
        # frames of others in the meantime do not wake: they fall silent a moment later
        if self._state == "preparing":
            self._state = "asleep"
