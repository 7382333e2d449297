"""A twin of the sllin driver, between a simulated LIN bus and a python-can channel.

As the driver does: as the master it sends headers when it gets remote frames, and reports errors;
as a slave it announces headers by remote frames, reports no errors and checks no checksums.
"""

import asyncio
from collections.abc import Callable

import can

from bench.can.frame import Reception
from bench.can.interface.receiver import Receiver
from bench.can.interface.time_stamps import ByArrival
from bench.can.watches import Watches
from bench.lin import sllin
from bench.lin.checksum import LAST
from bench.lin.publication import Publication
from bench.lin.simulated import SimulatedLin

NODE = "sllin"


class SllinTwin:
    """One network device of sllin.

    Args:
        line: the LIN wires that it is connected to.
        channel: where it speaks to programs.
        now_ns: the bench clock.
        master: whether it was loaded as the master.
        on_failure: called with each error of the channel.
    """

    def __init__(
        self,
        line: SimulatedLin,
        channel: can.BusABC,
        now_ns: Callable[[], int],
        *,
        master: bool,
        on_failure: Callable[[Exception], None],
    ) -> None:
        self._line, self._channel, self._master = line, channel, master
        self._answers: dict[int, Publication] = {}
        self._closed = False
        self._receiver = Receiver(
            channel, asyncio.get_running_loop(), bench_ns=ByArrival(now_ns).bench_ns,
            on_message=self._receive, on_failure=on_failure, watches=Watches(),
        )  # fmt: skip
        line.observers.append(self)
        line.port("").listen(None, self._on_frame, every=True)

    # ── from programs ─────────────────────────────────────────────────────────────────────

    def _receive(self, message: can.Message, _t_ns: int) -> None:
        identifier, data = message.arbitration_id & LAST, bytes(message.data)
        kind = sllin.kind_of(message)
        if kind == "setup":
            self._set_up(identifier, message.arbitration_id, data)
        elif kind == "header" and self._master:
            self._line.header(identifier, NODE)
        elif kind == "frame" and self._master:
            self._line.publish(NODE, identifier, [data], None, once=True)
            self._line.header(identifier, NODE)

    def _set_up(self, identifier: int, flags: int, data: bytes) -> None:
        before = self._answers.pop(identifier, None)
        if before is not None:
            before.stop()
        if flags & sllin.CACHE_RESPONSE and data:
            once = bool(flags & sllin.SINGLE_RESPONSE)
            made = self._line.publish(NODE, identifier, [data], None, once=once)
            self._answers[identifier] = made

    # ── from the wires ────────────────────────────────────────────────────────────────────

    def _on_frame(self, reception: Reception) -> None:
        self._send(sllin.frame(reception.frame.identifier, reception.frame.data))

    def header(self, identifier: int, node: str) -> None:
        """Announce a header that somebody else has sent."""
        if not self._master and node != NODE:
            self._send(sllin.header(identifier))

    def error(self, identifier: int, what: str, response: bytes) -> None:
        """Report an error as the master; as a slave, hand on what came, right or wrong."""
        if self._master:
            self._send(sllin.error(what))
        elif what == "checksum":
            self._send(sllin.frame(identifier, response[:-1]))

    def _send(self, message: can.Message) -> None:
        if not self._closed:  # else what was heard last is on its way still
            self._channel.send(message)

    def close(self) -> None:
        """Close the channel."""
        if self in self._line.observers:
            self._line.observers.remove(self)
        self._receiver.close()
        self._closed = True
        self._channel.shutdown()
