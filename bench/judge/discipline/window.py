"""The outage that a telematics unit is measured in, and what was counted meanwhile."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from bench.events import (
    BusCounted,
    BusWoke,
    LinkCounted,
    RoleChanged,
    SupplyCurrent,
    SupplySwitched,
)
from bench.events.telematics import TCU
from bench.judge.discipline.tries import Try, Wait, tries_of, waits_in
from bench.judge.in_force import in_force
from bench.recording import Recording

HOUR_NS = 3600 * 1_000_000_000
RESTARTS = "telematics_restarts"  # a role that a database may carry: the unit's counter of starts


@dataclass(frozen=True)
class Window:
    """A stretch of a recording.

    Attributes:
        recording: of which.
        from_ns, until_ns: from when until when.
    """

    recording: Recording
    from_ns: int
    until_ns: int

    @property
    def hours(self) -> float:
        """How long it is, in hours."""
        return (self.until_ns - self.from_ns) / HOUR_NS

    @property
    def parked(self) -> bool:
        """Whether the car was declared to be off."""
        return self.recording.header.starting_state.get("power_mode") == "off"

    def holds(self, t_ns: int) -> bool:
        """Whether a moment lies in it."""
        return self.from_ns <= t_ns <= self.until_ns

    @cached_property
    def tries(self) -> list[Try]:
        """The unit's tries for its push channel."""
        return [t for t in tries_of(self.recording, TCU) if self.holds(t.began_ns)]

    @cached_property
    def waits(self) -> list[Wait]:
        """The unit's waits between a failed try and the next, both in the window."""
        every = waits_in(self.recording, TCU)
        return [
            w
            for w in every
            if self.holds(w.from_ns) and self.holds(w.from_ns + round(w.wait_s * 1e9))
        ]

    # ── what was counted ──────────────────────────────────────────────────────────────────

    def wakes(self) -> int:
        """Return how often a bus woke, all buses together."""
        return sum(self.holds(e.t_ns) for e, _ in self.recording.of(BusWoke))

    def restarts(self) -> int | None:
        """Return how often the unit has started anew by its own counter; None: nobody heard that.

        A start of which no message tells (a bus that sleeps) shows in the next one.
        """
        heard = [
            (e.t_ns, v.raw[0]) for e, v in self.recording.of(RoleChanged) if v.role == RESTARTS
        ]
        if not heard:
            return None
        steps = ((t_ns, now - before) for (_, before), (t_ns, now) in pairwise(heard))
        return sum(max(1, more) for t_ns, more in steps if self.holds(t_ns))  # it wraps to 0

    def bytes(self) -> int | None:
        """Return what the unit's links carried; None where nobody counted."""
        counted = [
            (e.t_ns, v.up_bytes + v.down_bytes)
            for e, v in self.recording.of(LinkCounted)
            if v.party == TCU
        ]
        inside = [total for t_ns, total in counted if self.holds(t_ns)]
        return inside[-1] - inside[0] if len(inside) > 1 else None

    def minutes(self) -> dict[str, list[float]]:
        """Return per bus which share of each counted minute frames occupied it, in percent."""
        shares: dict[str, list[float]] = {}
        counted: dict[str, list[tuple[int, int]]] = {}
        for entry, event in self.recording.of(BusCounted):
            if self.holds(entry.t_ns):
                counted.setdefault(event.bus, []).append((entry.t_ns, event.busy_ns))
        for bus, points in counted.items():
            shares[bus] = [100 * (b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(points)]
        return shares

    # ── current ───────────────────────────────────────────────────────────────────────────

    def currents(self) -> Iterator[tuple[int, float]]:
        """Yield the current of all supplies together in milliamperes, from each moment on.

        Where one of them never said what it gave, no sum is whole, and there is none.
        """
        if self.untold():
            return
        given: dict[str, float] = {}
        before = False
        for entry, event in self.recording.of(SupplyCurrent):
            if not before and entry.t_ns > self.from_ns and given:
                before = True
                yield self.from_ns, sum(given.values())
            given[event.supply] = event.amperes * 1000
            if self.holds(entry.t_ns):
                before = True
                yield entry.t_ns, sum(given.values())
        if given and not before:
            yield self.from_ns, sum(given.values())

    def mean_ma(self) -> float | None:
        """Return the mean current, in milliamperes; None where there is none."""
        points = list(self.currents())
        if not points:
            return None
        ends = [t_ns for t_ns, _ in points[1:]] + [self.until_ns]
        charge = sum(ma * (end - t) for (t, ma), end in zip(points, ends, strict=True))
        return charge / (self.until_ns - points[0][0])

    def untold(self) -> list[str]:
        """Return the supplies that were on and never said what they gave."""
        on = {v.supply for _, v in self.recording.of(SupplySwitched) if v.on}
        return sorted(on - {v.supply for _, v in self.recording.of(SupplyCurrent)})

    def error_ma(self) -> float:
        """Return how far off the current may be, in milliamperes."""
        errors = {v.supply: v.error_a * 1000 for _, v in self.recording.of(SupplyCurrent)}
        return sum(errors.values())


def outage_window(recording: Recording) -> Window | None:
    """Return the stretch from the first fault in force to the last one cleared."""
    ended = [each for each in in_force(recording) if each.until_ns < math.inf]
    if not ended:
        return None
    until_ns = int(max(each.until_ns for each in ended))
    return Window(recording, min(each.from_ns for each in ended), until_ns)
