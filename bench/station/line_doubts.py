"""Whether the lines of the locks show what a real car itself reports: a wire may be off.

Only its lines tell a bench that a real car has moved. Where they show nothing and the car says on
CAN that it has unlocked, one of the two is wrong, and no verdict can rest on either.
"""

from collections.abc import Collection, Iterator, Sequence

from bench.events import (
    Edge,
    Event,
    FaultArmed,
    LineLevel,
    RecipeApplied,
    RoleChanged,
    SupplySet,
    SupplySwitched,
)
from bench.events.doors import DOORS, own_bus
from bench.events.wires import LATCH, LOCK_MOTOR
from bench.journal import Entry
from bench.presentation.layers import OF_THE_CAR
from bench.units import duration, to_ns

RESET = "diagnostic_reset"  # the recipe after which a unit reports anew
MEANS = {"locked": "lock", "unlocked": "unlock"}
# assumed: a report may come that much later than the movement, or earlier
BEFORE_NS, AFTER_NS = to_ns(30.0), to_ns(2.0)
STARTS_NS = to_ns(5.0)  # assumed: what a unit reports until then is how it stands, no movement


def doubts(entries: Sequence[Entry], lines: Collection[str], until_ns: int) -> Iterator[str]:
    """Yield what the car has reported of its doors and sensed lines did not show.

    Args:
        entries: of one scenario, while meters and buses are heard.
        lines: those that meters look at; only lock motors and latches count.
        until_ns: when that ends; a report just before is not followed up.
    """
    looked_at = sorted(line for line in lines if line.startswith((LOCK_MOTOR, LATCH)))
    # with a fault of the car itself, lines and reports may differ
    if not looked_at or any(
        isinstance(e.event, FaultArmed) and e.event.layer in OF_THE_CAR for e in entries
    ):
        return
    for t_ns, state in _reported(entries):
        still = _still(entries, looked_at, t_ns, state)
        if still and until_ns >= t_ns + AFTER_NS:
            yield (
                f"{' and '.join(still)} did not show the {MEANS[state]}ing that the car reported "
                f"on CAN ({DOORS} {state} at {duration(t_ns / 1e9)}): is a wire off?"
            )


def _reported(entries: Sequence[Entry]) -> Iterator[tuple[int, str]]:
    """Yield when the car reported that its doors have come to stand otherwise, and how."""
    stood, from_ns, bus = "", 0, _source(entries)
    for entry in entries:
        event = entry.event
        if isinstance(event, SupplySwitched | SupplySet) or _restarts(event):
            stood, from_ns = "", entry.t_ns + STARTS_NS
        elif isinstance(event, RoleChanged) and event.role == DOORS and event.bus == bus:
            state = next((label for label in event.means if label in MEANS), "")
            if stood and state and state != stood and entry.t_ns >= from_ns:
                yield entry.t_ns, state
            stood = state


def _source(entries: Sequence[Entry]) -> str:
    """Return the bus on which the doors' own unit reports: a gateway's copy may be minutes old."""
    carriers = [
        e.event.bus for e in entries if isinstance(e.event, RoleChanged) and e.event.role == DOORS
    ]
    return own_bus(carriers)


def _restarts(event: Event) -> bool:
    return isinstance(event, RecipeApplied) and event.recipe == RESET


def _still(entries: Sequence[Entry], lines: Sequence[str], t_ns: int, state: str) -> list[str]:
    """Return the lines that contradict a report: all of them, or a latch whose motor was driven."""
    near = [e for e in entries if t_ns - BEFORE_NS <= e.t_ns <= t_ns + AFTER_NS]
    shown = {
        e.event.line for e in near
        if isinstance(e.event, Edge) and e.event.level in {state, MEANS[state]}
    }  # fmt: skip
    if not shown.intersection(lines):
        return list(lines)
    driven = [line.removeprefix(LOCK_MOTOR) for line in shown if line.startswith(LOCK_MOTOR)]
    return [
        latch for latch in (f"{LATCH}{door}" for door in sorted(driven))
        if latch in lines and state not in _levels(entries, latch, t_ns)
    ]  # fmt: skip


def _levels(entries: Sequence[Entry], line: str, t_ns: int) -> set[str]:
    """Return how a line stood at a time, and what it came to around it: doors may move on."""
    told = [
        (e.t_ns, e.event.level) for e in entries
        if isinstance(e.event, Edge | LineLevel) and e.event.line == line
    ]  # fmt: skip
    stood = [level for at_ns, level in told if at_ns <= t_ns]
    around = [level for at_ns, level in told if abs(at_ns - t_ns) <= AFTER_NS]
    return {*stood[-1:], *around}
