"""A real telematics unit that is not there: what was last seen of it, and whether it came back."""

from collections.abc import Iterable

from bench.events import (
    BrokerConnect,
    BrokerDisconnect,
    ConnectionClosed,
    ConnectionOpened,
    Event,
    FaultArmed,
    FaultCleared,
    HandshakeFailed,
    NameFailed,
    RequestServed,
    TelematicsState,
)
from bench.events.telematics import TCU, WITNESS_TCU
from bench.journal import Entry
from bench.judge.verdict import Case
from bench.presentation.words import say
from bench.recording import Recording
from bench.units import duration, to_ns

BACK_S = 600.0  # assumed: a car is back within ten minutes of its cloud, as [limits] longest_wait
NOTHING = "it made no connection, and asked for no name that is not there"


def last_seen(entries: Iterable[Entry]) -> str:
    """Return what a unit that is not connected did last, in words that say where to look."""
    last: Event | None = None
    for entry in entries:
        if _tells_of_it(entry.event) or (_let_in(last) and _ends(entry.event)):
            last = entry.event
    if last is None:
        return NOTHING
    if _let_in(last):
        return f"{say(last)}, and has not subscribed to its commands"
    return f"the last of it: {say(last)}"


def _let_in(event: Event | None) -> bool:
    return isinstance(event, BrokerConnect) and event.code == 0


def _ends(event: Event) -> bool:
    return isinstance(event, ConnectionClosed) and event.party.partition("/")[0] == TCU


def _tells_of_it(event: Event) -> bool:
    match event:
        case NameFailed(party=party) | BrokerConnect(party=party) | BrokerDisconnect(party=party):
            return party == TCU
        case RequestServed(party=party):
            return party == TCU
        case ConnectionOpened(party=link):
            return link.partition("/")[0] == TCU
        case HandshakeFailed():  # where no fault is armed, nobody else's fails
            return True
    return False


def away(recording: Recording, at_ns: float) -> str | None:
    """Return that a real unit was not connected at a time, and the last of it; or None."""
    if _state(recording, TCU, at_ns) != "not_connected":
        return None
    before = (entry for entry in recording.entries if entry.t_ns <= at_ns)
    return f"the telematics unit was not connected ({last_seen(before)})"


def never_back(case: Case) -> str | None:
    """Return that a real unit has stayed away after the outage, though another came back; or None.

    It was connected when the outage began, the witness's was when the owner tried again, and by
    then the unit had had its time.
    """
    armed = [entry.t_ns for entry, _ in case.recording.of(FaultArmed)]
    cleared = [entry.t_ns for entry, _ in case.recording.of(FaultCleared)]
    controls = case.ledger.controls
    if not (case.needs_cloud and armed and cleared and controls):
        return None
    again_ns = controls[-1].began_ns
    away_ns = again_ns - max(cleared)
    was = _state(case.recording, TCU, min(armed))
    is_now, others = (_state(case.recording, unit, again_ns) for unit in (TCU, WITNESS_TCU))
    if (was, is_now, others) != ("connected", "not_connected", "connected"):
        return None
    if away_ns < to_ns(BACK_S):
        return None
    since = (e for e in case.recording.entries if min(armed) <= e.t_ns < again_ns)
    return (
        f"the telematics unit was not back {duration(away_ns / 1e9)} after the outage, though "
        f"another was ({last_seen(since)})"
    )


def _state(recording: Recording, unit: str, t_ns: float) -> str | None:
    states = [
        told.state
        for entry, told in recording.of(TelematicsState)
        if told.unit == unit and entry.t_ns <= t_ns
    ]
    return states[-1] if states else None
