"""Errors on the wire of the simulated bus: what one costs, after ISO 11898-1:2015."""

from collections.abc import Callable
from dataclasses import dataclass

from bench.can.frame import Frame
from bench.can.wire import INTERFRAME_BITS

FLAG_BITS, DELIMITER_BITS = 6, 8
SUSPEND_BITS = 8  # an error-passive transmitter waits so long before it sends again
RECESSIVE_RUN_BITS, RECESSIVE_RUNS = 11, 128  # what a bus-off node must see before it comes back
RECOVERY_BITS = RECESSIVE_RUN_BITS * RECESSIVE_RUNS
AFTER_ACK_BITS = 8  # ACK delimiter and end of frame: a missing ACK is flagged before them


@dataclass(frozen=True)
class WireError:
    """An error in a frame.

    Attributes:
        bit: how many bits have passed when the first error flag begins (in the arbitration phase,
            at the nominal rate); None: nobody has acknowledged, the flag follows the ACK slot.
        flagged_by: the node that sees it first and alone; "" when all see it together.
        cause: the journal entry because of which.
    """

    bit: int | None
    flagged_by: str = ""
    cause: int | None = None

    @property
    def unacknowledged(self) -> bool:
        """Whether the error is that nobody has acknowledged."""
        return self.bit is None

    @property
    def what(self) -> str:
        """What kind of error it is, in a word."""
        return "no_acknowledge" if self.unacknowledged else "error"


# asked about each frame and its sender as it begins: the error that it meets, or None
WireRule = Callable[[Frame, str], WireError | None]
NOT_ACKNOWLEDGED = WireError(None)


def after_arbitration(frame: Frame) -> int:
    """Return a bit behind a frame's arbitration: only one node is sending there.

    Behind the control field of a classic frame: SOF, 11 identifier bits, RTR, IDE, r0, DLC are 19
    bits, with 29 identifier bits they are 39.
    """
    return 40 if frame.extended else 20


def flag_bits(error: WireError, *, transmitter_passive: bool) -> int:
    """Return how long the error flags last, from the first bit of the first to the last.

    All flags begin together when all see the error. Where one node sees it alone, the others see
    its flag as a stuff error and answer with theirs: 12 bits, the longest. The flag of an
    error-passive transmitter is recessive, and the others answer it in the same way; nobody
    answers where nobody acknowledged.
    """
    answered = bool(error.flagged_by) or (transmitter_passive and not error.unacknowledged)
    return 2 * FLAG_BITS if answered else FLAG_BITS


def error_ns(error: WireError, frame_ns: int, bit_ns: int, *, transmitter_passive: bool) -> int:
    """Return how long a frame that fails takes the wire, from its start to the delimiter's end.

    Args:
        error: where it fails.
        frame_ns: how long the whole frame would have taken.
        bit_ns: the nominal bit.
        transmitter_passive: whether its sender is error-passive.
    """
    before = frame_ns - AFTER_ACK_BITS * bit_ns if error.bit is None else error.bit * bit_ns
    flags = flag_bits(error, transmitter_passive=transmitter_passive)
    return before + (flags + DELIMITER_BITS) * bit_ns


class RecessiveRuns:
    """Counts 11 recessive bits in a row: a bus-off node needs 128 of them.

    An idle wire gives one for each 11 bits, and each frame one by its end (ACK delimiter or error
    delimiter, end of frame, intermission).

    Args:
        now_ns: when the counting begins.
        bit_ns: the length of a bit.
    """

    def __init__(self, now_ns: int, bit_ns: int) -> None:
        self._idle_from_ns, self._bit_ns = now_ns, bit_ns
        self._runs = 0

    def frame(self, start_ns: int, end_ns: int) -> None:
        """Count the idle time before something on the wire, and its end."""
        idle_bits = max(0, start_ns - self._idle_from_ns) // self._bit_ns
        self._runs += idle_bits // RECESSIVE_RUN_BITS + 1
        self._idle_from_ns = end_ns + INTERFRAME_BITS * self._bit_ns

    def done_ns(self) -> int:
        """Return when the last run will have passed, if the wire stays idle from now on."""
        left = max(0, RECESSIVE_RUNS - self._runs)
        return self._idle_from_ns + left * RECESSIVE_RUN_BITS * self._bit_ns
