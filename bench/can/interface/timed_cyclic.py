"""A cyclic message that this process sends in real time."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bench.can.frame import Frame
from bench.can.tampering import Tamper, sent
from bench.units import NS_PER_S, to_ns

if TYPE_CHECKING:
    from bench.can.interface.bus import InterfaceBus


class TimedCyclic:
    """A cyclic message in real time: frames are due by the first one, so lateness never adds up."""

    def __init__(
        self,
        bus: "InterfaceBus",
        node: str,
        frame: Frame,
        table: Sequence[bytes],
        period_s: float,
        offset_s: float,
        cause: int | None,
    ) -> None:
        self.place = 0
        self._bus, self._node, self._frame = bus, node, frame
        self._identity = frame.identity
        self._meant, self._cause = list(table), cause
        self._meant_period_s = period_s
        self._loop = asyncio.get_running_loop()
        self._tampers: tuple[Tamper, ...] = ()
        self._stopped = False  # also by who hears the frame that is being sent
        self._load()
        bus.tampering.begin(self)
        self._timer: asyncio.TimerHandle | None = None
        self._due_s = self._loop.time() + offset_s
        self._schedule()

    def update(self, table: Sequence[bytes], cause: int | None) -> None:
        """Send these payloads from the next frame on."""
        self._meant, self._cause = list(table), cause
        self._load()

    def refresh(self) -> None:
        """Ask again what faults make of it, and send that from the next frame on."""
        self._load()

    def stop(self) -> None:
        """Send it no more."""
        self._stopped = True
        if self._timer is not None:
            self._timer.cancel()
        self._bus.tampering.end(self)

    def _load(self) -> None:
        tampering = self._bus.tampering
        self._tampers = tampering.of(self._node, self._identity)
        self._table = tampering.table(self._tampers, self._identity, self._meant)
        period_ns = to_ns(self._meant_period_s)
        for tamper in self._tampers:
            period_ns = tamper.period_ns(period_ns)
        self._period_s = period_ns / NS_PER_S
        self._prepare()

    def _prepare(self) -> None:
        """Have the next frame ready: what is worked out when it is due makes it late."""
        self._ready = replace(self._frame, data=self._table[self.place % len(self._table)])
        self._message = self._ready.message()

    def _schedule(self) -> None:
        self._timer = self._loop.call_at(self._due_s, self._send)

    def _send(self) -> None:
        """Send the frame that is due, and only then see to the next one."""
        cause = sent(self._tampers, self._node, self._ready, self._cause)
        if not self._tampers:
            self._bus.tampering.note(self._identity, self._meant[self.place % len(self._meant)])
        self._bus.emit(self._node, self._ready, cause, self._message)
        self._advance()
        if not self._stopped:
            self._schedule()

    def _advance(self) -> None:
        """Make the next one ready."""
        if len(self._table) == len(self._meant):
            self.place += 1  # a counter that a fault has frozen goes on where it was
        self._prepare()
        self._due_s += self._period_s
