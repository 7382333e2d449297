"""ISO-TP (ISO 15765-2) on the bench's clock: can-isotp's state machine, stepped by the loop.

can-isotp runs in a thread and counts the computer's time. Its logic needs neither: it is stepped
when a frame comes and when one of its timers is due, and its timers are given the bench's clock.
So it means the same in simulated and in real time.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable

import isotp
from isotp.protocol import TransportLayerLogic
from isotp.tools import Timer

from bench.can.frame import Frame, Reception, key
from bench.can.port import Port
from bench.units import NS_PER_S

N_BS_MS, N_CR_MS = 1000, 1000  # ISO 15765-2, table 16: both time out after 1000 ms
PADDING = 0xCC  # ISO 15765-2, 10.4.2.1: the value that a padding byte should have
LOGGER = "bench.iso_tp"
_JUST_AFTER_S = 1e-6  # a timer of can-isotp is over after its time, not at it

logging.getLogger(LOGGER).addHandler(logging.NullHandler())  # its errors are told, not printed

OnMessage = Callable[[bytes, int | None], None]
OnError = Callable[[str], None]


class _BenchTimer(Timer):
    """A timer of can-isotp that counts the bench's time."""

    def __init__(self, timeout_s: float, now_ns: Callable[[], int]) -> None:
        super().__init__(timeout_s)
        self._now_ns = now_ns

    def start(self, timeout: float | None = None) -> None:
        if timeout is not None:
            self.set_timeout(timeout)
        self.start_time = self._now_ns()

    def elapsed_ns(self) -> int:
        return 0 if self.start_time is None else self._now_ns() - self.start_time

    def elapsed(self) -> float:
        return self.elapsed_ns() / NS_PER_S


class _SteppedLogic(TransportLayerLogic):
    """can-isotp's logic with the bench's timers."""

    now_ns: Callable[[], int]

    def use_clock(self, now_ns: Callable[[], int]) -> None:
        self.now_ns = now_ns
        self.timer_tx_stmin = _BenchTimer(0.0, now_ns)
        self.timer_rx_fc = _BenchTimer(N_BS_MS / 1000, now_ns)
        self.timer_rx_cf = _BenchTimer(N_CR_MS / 1000, now_ns)

    def _start_rx_fc_timer(self) -> None:
        self.timer_rx_fc = _BenchTimer(N_BS_MS / 1000, self.now_ns)
        self.timer_rx_fc.start()

    def _start_rx_cf_timer(self) -> None:
        self.timer_rx_cf = _BenchTimer(N_CR_MS / 1000, self.now_ns)
        self.timer_rx_cf.start()

    def due_s(self) -> float | None:
        """Return in how many seconds it has to be stepped if no frame comes; None: never."""
        timers = [t for t in (self.timer_rx_fc, self.timer_rx_cf) if not t.is_stopped()]
        left = [timer.remaining() for timer in timers]
        if (pause_s := self.next_cf_delay()) is not None:
            left.append(pause_s)
        return min(left) + _JUST_AFTER_S if left else None


class IsoTp:
    """One end of a connection between two diagnostic addresses.

    Args:
        port: the node's connection to the bus.
        tx, rx: identifiers that it sends and receives with.
        on_message: called with each whole message and the entry of its last frame.
        now_ns: the bench clock.
        extended: 29-bit identifiers.
        fd: CAN FD frames of up to 64 bytes, else classic ones of 8.
        st_min, block_size: what it asks of who sends to it (0: as fast as you can, all at once).
        on_error: told in words when the other side breaks the protocol or goes silent.
    """

    def __init__(
        self,
        port: Port,
        tx: int,
        rx: int,
        on_message: OnMessage,
        *,
        now_ns: Callable[[], int],
        extended: bool = False,
        fd: bool = False,
        st_min: int = 0,
        block_size: int = 0,
        on_error: OnError | None = None,
    ) -> None:
        self._port, self._on_message, self._on_error = port, on_message, on_error
        self._received: deque[isotp.CanMessage] = deque()
        self._cause: int | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
        mode = (
            isotp.AddressingMode.Normal_29bits if extended else isotp.AddressingMode.Normal_11bits
        )
        params = {
            "stmin": st_min, "blocksize": block_size, "tx_padding": PADDING,
            "rx_flowcontrol_timeout": N_BS_MS, "rx_consecutive_frame_timeout": N_CR_MS,
            "tx_data_length": 64 if fd else 8, "can_fd": fd, "bitrate_switch": fd,
            "logger_name": LOGGER, "wait_func": _never,
        }  # fmt: skip
        self._logic = _SteppedLogic(
            self._take, self._transmit, isotp.Address(mode, txid=tx, rxid=rx), self._failed, params
        )
        self._logic.use_clock(now_ns)
        self._stop = port.listen([key(rx, extended=extended)], self._on_frame, every=True)

    def send(self, message: bytes, cause: int | None) -> None:
        """Send a message; single frame or several is decided by its length."""
        self._cause = cause
        self._logic.send(message)
        self._step()

    @property
    def receiving(self) -> bool:
        """Whether a message has begun to come, and not yet come to its end."""
        return bool(self._logic.is_rx_active())

    def close(self) -> None:
        """Hear and send no more."""
        self._stop()
        if self._timer is not None:
            self._timer.cancel()

    # ── between can-isotp and the bus ─────────────────────────────────────────────────────

    def _on_frame(self, reception: Reception) -> None:
        frame = reception.frame
        self._cause = reception.seq
        self._received.append(
            isotp.CanMessage(frame.identifier, len(frame.data), frame.data, frame.extended,
                             frame.fd, frame.brs)
        )  # fmt: skip
        self._step()

    def _take(self, _timeout: float) -> isotp.CanMessage | None:
        return self._received.popleft() if self._received else None

    def _transmit(self, message: isotp.CanMessage) -> None:
        frame = Frame(
            message.arbitration_id, bytes(message.data), message.is_extended_id,
            message.is_fd, message.bitrate_switch,
        )  # fmt: skip
        self._port.send(frame, self._cause)

    def _failed(self, error: Exception) -> None:
        if self._on_error is not None:
            self._on_error(str(error))

    def _step(self) -> None:
        """Let can-isotp do what is to be done now, and come back when its next timer is due."""
        self._logic.process()
        while (message := self._logic.recv()) is not None:
            self._on_message(bytes(message), self._cause)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due_s = self._logic.due_s()
        if due_s is not None:
            self._timer = self._loop.call_later(due_s, self._step)


def _never(_seconds: float) -> None:
    """Wait in no way: can-isotp would sleep on the computer's clock."""
