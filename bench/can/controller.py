"""One node's CAN controller: its error counters, and what they make of it.

Fault confinement after ISO 11898-1:2015, 12.1.4 (rules a to h; the same as in Bosch CAN 2.0,
chapter 8): errors weigh more than successes, so a node that spoils the bus falls silent by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

BusState = Literal["error_active", "error_passive", "bus_off"]
PASSIVE_FROM, OFF_FROM = 128, 256
REC_AFTER_PASSIVE = 119  # rule h: "a value between 119 and 127"
OnMissed = Callable[[str, int | None], int | None]


@dataclass(frozen=True)
class Recovery:
    """When a driver lets its controller come back after bus-off.

    The parameters of AUTOSAR CanSM (CanSMBorTimeL1, CanSMBorCounterL1ToL2, CanSMBorTimeL2), with
    values that are common; they are assumed. Then the controller itself waits for 128 times 11
    recessive bits.

    Attributes:
        fast_s: the wait after each of the first bus-offs.
        fast_tries: how many of them.
        slow_s: the wait after each further one.
    """

    fast_s: float = 0.05
    fast_tries: int = 5
    slow_s: float = 1.0

    def wait_s(self, tries: int) -> float:
        """Return the wait after the bus-off number `tries` (from 1) in a row."""
        return self.fast_s if tries <= self.fast_tries else self.slow_s


class Controller:
    """The controller of one node on one bus.

    Attributes:
        node: whose.
        tec, rec: transmit and receive error counters.
        off: whether it is bus-off.
        offs: how often in a row it went off.
        one_shot: whether a frame that met an error is given up instead of repeated.
        recovery: when it comes back from bus-off; None: never.
        ready_ns: before then it must not begin to send (suspend transmission).
        cut: told of each frame that it cannot send or hear while its wires are open; None: they
            are not.
    """

    def __init__(self, node: str) -> None:
        self.node = node
        self.tec = self.rec = 0
        self.off = False
        self.offs = 0
        self.one_shot = False
        self.recovery: Recovery | None = Recovery()
        self.ready_ns = 0
        self.cut: OnMissed | None = None

    @property
    def state(self) -> BusState:
        """Error active, error passive, or bus-off."""
        if self.off:
            return "bus_off"
        passive = self.tec >= PASSIVE_FROM or self.rec >= PASSIVE_FROM
        return "error_passive" if passive else "error_active"

    @property
    def on_bus(self) -> bool:
        """Whether it takes part: acknowledges, hears, may send."""
        return not self.off and self.cut is None

    @property
    def troubled(self) -> bool:
        """Whether its counters or its state want to be looked after with every frame."""
        return bool(self.tec or self.rec or self.off or self.cut)

    def transmitted(self) -> None:
        """Count a frame that it has sent (rule g)."""
        self.tec = max(0, self.tec - 1)
        self.offs = 0 if self.tec == 0 else self.offs

    def received(self) -> None:
        """Count a frame that it has received (rule h)."""
        self.rec = REC_AFTER_PASSIVE if self.rec >= PASSIVE_FROM else max(0, self.rec - 1)

    def transmit_error(self, *, unacknowledged: bool) -> None:
        """Count an error of a frame that it was sending (rule c).

        By exception 1 an error-passive node does not count a missing acknowledgement: a node that
        is alone becomes error-passive and never bus-off.
        """
        if unacknowledged and self.state == "error_passive":
            return
        self.tec += 8
        if self.tec >= OFF_FROM:
            self.off = True
            self.offs += 1

    def receive_error(self, *, first: bool) -> None:
        """Count an error of a frame that it was receiving (rule a).

        Args:
            first: it was the first to see it: after its own error flag it sees those of others,
                a dominant bit (rule b).
        """
        self.rec = min(self.rec + (9 if first else 1), 255)

    def restart(self) -> None:
        """Come back from bus-off, error-active (rule for recovery, 12.1.4.4)."""
        self.off = False
        self.tec = self.rec = 0
