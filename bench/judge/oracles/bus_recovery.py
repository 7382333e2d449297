"""Recovery of the buses."""

from typing import ClassVar

from bench.events import BusStateChanged
from bench.judge.can_faults import cleared_ns
from bench.judge.oracle import Oracle
from bench.judge.verdict import Case, Judgement
from bench.units import duration, to_ns

NAME = "bus_recovery"
LIMIT_S = 5.0  # assumed: the slow recovery of AUTOSAR CanSM takes about a second


class BusRecovery(Oracle):
    """A node that went bus-off is back soon after the fault is gone, without a person's help."""

    sighting: ClassVar[bool] = True

    def judge(self, case: Case) -> Judgement:
        """Look for nodes that are off, or came back late."""
        cleared = cleared_ns(case.recording)
        if cleared is None:
            return Judgement(NAME, "not_asked", "no fault of a bus was cleared")
        due_ns = cleared + to_ns(LIMIT_S)
        if case.recording.entries[-1].t_ns < due_ns:
            return Judgement(NAME, "not_asked", "the recording ends before anybody is due back")
        off: dict[tuple[str, str], int] = {}
        for entry, event in case.recording.of(BusStateChanged):
            node = event.bus, event.node
            if event.state == "bus_off":
                off[node] = entry.t_ns
            elif node in off and entry.t_ns <= due_ns:
                del off[node]
        if not off:
            return Judgement(NAME, "pass", "whoever went off the bus came back")
        (bus, name), since_ns = next(iter(off.items()))
        reason = (
            f"{name} went off {bus} at {since_ns / 1e9:.2f} s and was not back "
            f"{duration(LIMIT_S)} after the fault was gone"
        )
        return Judgement(NAME, "fail", reason)
