"""Fault confinement on a simulated bus: who is error-passive or off, and who comes back when."""

from collections.abc import Callable, Sequence

from bench.can.controller import PASSIVE_FROM, Controller, OnMissed
from bench.can.frame import Frame
from bench.can.simulated.traffic import InFlight
from bench.can.simulated.wire_errors import (
    NOT_ACKNOWLEDGED,
    SUSPEND_BITS,
    RecessiveRuns,
    WireError,
    WireRule,
)
from bench.can.wire import INTERFRAME_BITS
from bench.clock.simulated_loop import SimulatedLoop
from bench.events import BusStateChanged, ErrorSeen
from bench.injection import Rules, Undo
from bench.journal import Journal
from bench.units import to_ns

OnError = Callable[[ErrorSeen, int], None]


class Confinement:
    """The controllers of all nodes on one bus.

    Args:
        bus: its name.
        loop: whose time it lives by.
        journal: where errors and states are recorded (None: nowhere).
        bit_ns: the nominal bit.
        on_change: called when it may have changed whether anything is wrong.
        on_back: called when a node is back that was off or cut off.
        deaf: nodes that never acknowledge (listen-only).

    Attributes:
        rules: which decide of each frame whether it meets an error.
    """

    def __init__(
        self,
        bus: str,
        loop: SimulatedLoop,
        journal: Journal | None,
        *,
        bit_ns: int,
        on_change: Callable[[], None],
        on_back: Callable[[], None],
        deaf: Sequence[str] = (),
    ) -> None:
        self.rules = Rules[WireRule]()
        self._bus, self._loop, self._journal = bus, loop, journal
        self._bit_ns = bit_ns
        self._on_change, self._on_back = on_change, on_back
        self._deaf = tuple(deaf)
        self._controllers: dict[str, Controller] = {}
        self._counting: dict[str, RecessiveRuns] = {}
        self._on_error = Rules[OnError]()
        self._was_troubled = False

    # ── what is there ─────────────────────────────────────────────────────────────────────

    def controller(self, node: str) -> Controller:
        """Return a node's controller; a new name is a new node."""
        if node not in self._controllers:
            self._controllers[node] = Controller(node)
            self._on_change()
        return self._controllers[node]

    def names(self) -> list[str]:
        """Return the names of all nodes."""
        return list(self._controllers)

    @property
    def troubled(self) -> bool:
        """Whether every frame has to be looked after: something is wrong, or a node is alone."""
        acknowledging = sum(c.on_bus and c.node not in self._deaf for c in self._present())
        alone = acknowledging < 2 and len(self._controllers) > len(self._deaf)
        return alone or any(True for _ in self.rules) or any(c.troubled for c in self._present())

    def ready_ns(self, node: str) -> int:
        """Return from when on a node may send (suspend transmission)."""
        return self._controllers[node].ready_ns

    def watch(self, on_error: OnError) -> Undo:
        """Call `on_error` with each error frame and the entry that records it."""
        return self._on_error.add(on_error)

    def _present(self) -> list[Controller]:
        return list(self._controllers.values())

    def _others(self, node: str) -> list[Controller]:
        return [c for c in self._present() if c.node != node and c.on_bus]

    # ── frames and errors ─────────────────────────────────────────────────────────────────

    def error_in(self, frame: Frame, sender: str) -> WireError | None:
        """Return the error that a frame meets as it begins, or None."""
        for rule in self.rules:
            error = rule(frame, sender)
            if error is not None:
                return error
        acknowledged = any(c.node not in self._deaf for c in self._others(sender))
        return None if acknowledged else NOT_ACKNOWLEDGED

    def passed(self, flight: InFlight) -> None:
        """Count a frame that everybody has received."""
        sender = self._controllers[flight.item.sender]
        before = self._states()
        sender.transmitted()
        for other in self._others(sender.node):
            other.received()
        self._settle(sender, flight.start_ns, flight.end_ns)
        self._tell(before, None, flight.end_ns)
        self._note_trouble()

    def failed(self, flight: InFlight, error: WireError, end_ns: int) -> None:
        """Count an error frame, and write down what has come of it."""
        sender = self._controllers[flight.item.sender]
        before = self._states()
        sender.transmit_error(unacknowledged=error.unacknowledged)
        for other in self._others(sender.node):
            other.receive_error(first=other.node == error.flagged_by)
        self._settle(sender, flight.start_ns, end_ns)
        seen = ErrorSeen(
            self._bus, flight.frame.identifier, sender.node, error.flagged_by, error.what
        )
        cause = error.cause if error.cause is not None else flight.item.cause
        seq = -1
        if self._journal is not None:
            seq = self._journal.write(seen, cause, end_ns)
        self._tell(before, seq, end_ns)
        for on_error in self._on_error:
            on_error(seen, end_ns)
        if sender.off:
            self._go_off(sender, seq)
        self._note_trouble()

    def _settle(self, sender: Controller, start_ns: int, end_ns: int) -> None:
        """Let an error-passive sender wait, and whoever is off count."""
        if sender.state == "error_passive":
            sender.ready_ns = end_ns + (INTERFRAME_BITS + SUSPEND_BITS) * self._bit_ns
        for runs in self._counting.values():
            runs.frame(start_ns, end_ns)

    def _states(self) -> dict[str, str]:
        return {c.node: c.state for c in self._present()}

    def _tell(self, before: dict[str, str], cause: int | None, t_ns: int) -> None:
        """Write down every change of state."""
        for controller in self._present():
            if controller.state != before[controller.node]:
                self._write(controller, cause, t_ns)

    def _write(self, controller: Controller, cause: int | None, t_ns: int) -> int | None:
        if self._journal is None:
            return None
        event = BusStateChanged(
            self._bus, controller.node, controller.state, controller.tec, controller.rec
        )
        return self._journal.write(event, cause, t_ns)

    def _note_trouble(self) -> None:
        troubled = self.troubled
        if troubled != self._was_troubled:
            self._was_troubled = troubled
            self._on_change()

    # ── bus-off and back ──────────────────────────────────────────────────────────────────

    def _go_off(self, controller: Controller, cause: int) -> None:
        """Let a controller come back when its driver and the wire allow it."""
        if controller.recovery is not None:
            wait_ns = to_ns(controller.recovery.wait_s(controller.offs))
            when_ns = self._loop.now_ns + wait_ns
            self._loop.call_at_ns(when_ns, self._begin_recovery, controller, cause)

    def _begin_recovery(self, controller: Controller, cause: int) -> None:
        runs = self._counting[controller.node] = RecessiveRuns(self._loop.now_ns, self._bit_ns)
        self._loop.call_at_ns(runs.done_ns(), self._recover, controller, cause)

    def _recover(self, controller: Controller, cause: int) -> None:
        runs = self._counting[controller.node]
        if runs.done_ns() > self._loop.now_ns:  # frames of others have taken the wire meanwhile
            self._loop.call_at_ns(runs.done_ns(), self._recover, controller, cause)
            return
        del self._counting[controller.node]
        controller.restart()
        self._write(controller, cause, self._loop.now_ns)
        self._on_back()
        self._note_trouble()

    # ── open wires ────────────────────────────────────────────────────────────────────────

    def cut(self, node: str, on_missed: OnMissed) -> Undo:
        """Open a node's wires: it neither sends nor hears, and is told of what it misses."""
        controller = self.controller(node)
        controller.cut = on_missed
        self._on_change()

        def undo() -> None:
            controller.cut = None
            self._on_back()
            self._on_change()

        return undo

    def lost(self, sender: str, cause: int | None) -> None:
        """Take note of a frame that never goes.

        Behind open wires a node is alone with itself: nobody acknowledges, so its first frame
        makes it error-passive (16 times 8), and never bus-off.
        """
        controller = self._controllers[sender]
        if controller.cut is None:
            return
        seq = controller.cut("frame not sent", cause)
        before = self._states()
        controller.tec = max(controller.tec, PASSIVE_FROM)
        self._tell(before, seq, self._loop.now_ns)

    def unheard(self, sender: str, seq: int | None) -> None:
        """Tell whoever is cut off of a frame that it does not hear."""
        for controller in self._present():
            if controller.cut is not None and controller.node != sender:
                controller.cut("frame not heard", seq)
