"""A real telematics unit that is not there: what was last seen of it, and whether it came back."""

from collections.abc import Iterable

from bench.events import (
    BrokerConnect,
    BrokerDisconnect,
    ConnectionOpened,
    Event,
    FaultArmed,
    FaultCleared,
    HandshakeFailed,
    NameFailed,
    RequestServed,
    TelematicsState,
    WitnessProbed,
)
from bench.events.telematics import TCU
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
        if _tells_of_it(entry.event):
            last = entry.event
    if last is None:
        return NOTHING
    if isinstance(last, BrokerConnect) and last.code == 0:
        return f"{say(last)}, and has not subscribed to its commands"
    return f"the last of it: {say(last)}"


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


def never_back(case: Case) -> str | None:
    """Return that a real unit has stayed away after the outage, though others got through; or None.

    It was connected when the outage began, the witness got through after it, and when the owner
    tried again the unit had had its time.
    """
    armed = [entry.t_ns for entry, _ in case.recording.of(FaultArmed)]
    cleared = [entry.t_ns for entry, _ in case.recording.of(FaultCleared)]
    controls = case.ledger.controls
    if not (case.needs_cloud and armed and cleared and controls):
        return None
    again_ns, over_ns = controls[-1].began_ns, max(cleared)
    served = any(p.ok and e.t_ns > over_ns for e, p in case.recording.of(WitnessProbed))
    away_ns = again_ns - over_ns
    was, is_now = (_state(case.recording, t_ns) for t_ns in (min(armed), again_ns))
    if was != "connected" or is_now != "not_connected" or not served or away_ns < to_ns(BACK_S):
        return None
    entries = (entry for entry in case.recording.entries if entry.t_ns < again_ns)
    return (
        f"the telematics unit was not back {duration(away_ns / 1e9)} after the outage, though "
        f"others had got through ({last_seen(entries)})"
    )


def _state(recording: Recording, t_ns: int) -> str | None:
    states = [v.state for e, v in recording.of(TelematicsState) if v.unit == TCU and e.t_ns <= t_ns]
    return states[-1] if states else None
