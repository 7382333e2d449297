"""What faults of the car's wires mean for a verdict."""

import math
from collections.abc import Iterator

from bench.events import (
    FaultArmed,
    FramePassed,
    FrameSeen,
    RelaySwitched,
    SupplySet,
    Telegram,
    WireDisturbed,
)
from bench.events.wires import LOCK_MOTOR, TERMINAL_30
from bench.journal import Entry
from bench.judge.attempts import Attempt
from bench.judge.away import DUE_BACK_NS, cleared_ns_of, is_away
from bench.judge.behind import behind
from bench.judge.can_faults import senders_of
from bench.judge.verdict import Case
from bench.recording import Recording
from bench.units import to_ns

INRUSH_NS = to_ns(1.0)  # assumed: units that have their wire back draw much for less than that
ALL = "all"
LEAST_V = 6.0  # ISO 16750-2, table 1: code A, the widest of its ranges, is 6 V to 16 V
# who drives the lock motors of every car on this bench (DESIGN.md, §3)
LOCK_DRIVER = "BCM"


def is_disturbed(recording: Recording, at_ns: int) -> bool:
    """Whether a fault of a wire was in force at a time, or until so shortly before it."""
    return any(
        entry.t_ns <= at_ns <= cleared_ns_of(recording, entry) + INRUSH_NS
        for entry, _ in recording.of(WireDisturbed)
    )


def lost_wire(case: Case, act: Attempt) -> str | None:
    """Return what a path needs and a fault of a wire had taken away by its nature, or None.

    What it needs is read from the baseline: the contacts that its owner closed, the units and the
    buses in the chain of causes of what moved first. A real car tells no causes; of it only the
    contacts, the units at which the owner's acts end, the frames by which the bench's own units
    have asked it, and what moved are known.
    """
    if starved := _starved(case.recording, act):
        return starved
    baseline = case.baseline
    if baseline is None or case.baseline_ledger is None:
        return None
    for entry, disturbed in case.recording.of(WireDisturbed):
        if not is_away(case.recording, entry, act):
            continue
        for usual in case.baseline_ledger.acts:
            for need in _needs(baseline, usual):
                if _is_lost(need, disturbed):
                    return (
                        f"without the fault it needs {need}, which {disturbed.wire} "
                        f"({disturbed.how.replace('_', ' ')}) takes away"
                    )
    return None


def _starved(recording: Recording, act: Attempt) -> str | None:
    """Return that a fault had the car's supply below what any unit works with, or None."""
    for supply, volts, from_ns, until_ns in _lows(recording):
        if from_ns <= act.ended_ns and act.began_ns < until_ns + DUE_BACK_NS:
            return (
                f"the fault had {supply} at {volts:g} V, and no unit is asked to work below "
                f"{LEAST_V:g} V"
            )
    return None


def _lows(recording: Recording) -> Iterator[tuple[str, float, int, float]]:
    """Yield when a fault had the car's supply too low: its name, how low, from when to when."""
    armed = {entry.seq for entry, _ in recording.of(FaultArmed)}
    low: dict[str, tuple[float, int]] = {}
    for entry, event in recording.of(SupplySet):
        if event.supply in low:
            volts, from_ns = low.pop(event.supply)
            yield event.supply, volts, from_ns, entry.t_ns
        of_the_car = event.net in {"", TERMINAL_30}
        if of_the_car and entry.cause in armed and event.volts < LEAST_V:
            low[event.supply] = event.volts, entry.t_ns
    for supply, (volts, from_ns) in low.items():
        yield supply, volts, from_ns, math.inf


def _is_lost(need: str, disturbed: WireDisturbed) -> bool:
    """Whether a need (a contact, a unit, "can.<bus>") is what the fault takes away."""
    if need == disturbed.wire or need in disturbed.units:
        return True
    bus = need.removeprefix("can.")
    if bus != need:
        return disturbed.wire.startswith(f"can_{bus}_")
    return ALL in disturbed.units and need.isupper()


def _needs(recording: Recording, act: Attempt) -> Iterator[str]:
    """Yield what a path has used: contacts, units, buses."""
    yield from recording.header.scenario.get("ends_at", ())
    for entry, event in recording.of(RelaySwitched):
        if event.closed and recording.is_of(entry.seq, act.name):
            yield event.channel
    for actuation in act.actuations[:1]:
        if actuation.lines[0].startswith(LOCK_MOTOR):
            yield LOCK_DRIVER
        for entry in behind(recording, act, actuation):
            yield from _parties(entry, recording)


def _parties(entry: Entry, recording: Recording) -> Iterator[str]:
    event = entry.event
    if isinstance(event, FrameSeen | FramePassed):
        yield from senders_of(event, recording)
        yield f"can.{event.bus}"
    elif isinstance(event, Telegram) and event.receiver.isupper():
        yield event.receiver
