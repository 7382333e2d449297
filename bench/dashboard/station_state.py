"""How a station stands, entry by entry of its recording: what a person at the bench looks at."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bench import events as e
from bench.journal import Entry
from bench.presentation.whose import of_the_witness
from bench.presentation.words import say
from bench.recording import Header
from bench.units import to_ns

KEPT = 200  # lines of the log; nobody reads further back in a terminal
SPOKEN = 4  # acts and claims that stand side by side


@dataclass
class Bus:
    """One CAN as the bench sees it: traffic, errors, and the worst error counters of its nodes."""

    awake: bool = False
    frames: int = 0
    errors: int = 0
    states: dict[str, tuple[str, int, int]] = field(default_factory=dict)


@dataclass
class Supply:
    """One supply: on, verified (None: it cannot tell), volts as it was told, in its limit.

    `read_volts` and `read_amperes` are what it has read back (None: not yet).
    """

    on: bool = False
    verified: bool | None = None
    volts: float | None = None
    read_volts: float | None = None
    read_amperes: float | None = None
    limited: str = ""


@dataclass
class StationState:
    """What is known so far.

    Attributes:
        header: of the recording (None: nothing has begun).
        t_ns: the time of the last entry.
        phase: of the outage.
        phase_ends_ns: when it is to end (None: nobody knows).
        faults: per armed fault how often it was met.
        lines: per sensed line its level.
        roles: per "bus.role" what it means.
        buses, relays, supplies: by name; a relay is closed, and verified or not.
        units: the state of each telematics unit but the witness's.
        cloud: what the witness, another owner behind the same cloud, was told last.
        answers: per party the last answer that it got from the cloud.
        acts, claims: the last things that the owner did, and was told.
        log: the last events worth a line.
        trouble: what the bench itself failed at.
    """

    header: Header | None = None
    t_ns: int = 0
    phase: str = "before"
    phase_ends_ns: int | None = None
    faults: dict[str, int] = field(default_factory=dict)
    lines: dict[str, str] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    buses: dict[str, Bus] = field(default_factory=dict)
    relays: dict[str, tuple[bool, bool | None]] = field(default_factory=dict)
    supplies: dict[str, Supply] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    cloud: tuple[bool, str] | None = None
    answers: dict[str, str] = field(default_factory=dict)
    acts: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=SPOKEN))
    claims: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=SPOKEN))
    log: deque[tuple[int, str, str]] = field(default_factory=lambda: deque(maxlen=KEPT))
    trouble: list[str] = field(default_factory=list)
    over: bool = False

    def take(self, entry: Entry) -> None:
        """Take an entry in."""
        self.t_ns = max(self.t_ns, entry.t_ns)
        handler = _HANDLERS.get(type(entry.event))
        if handler is not None and handler(self, entry.event):
            self.log.append((entry.t_ns, entry.event.lane, say(entry.event)))

    def bus(self, name: str) -> Bus:
        """Return a bus, made when it is first heard of."""
        return self.buses.setdefault(name, Bus())

    def supply(self, name: str) -> Supply:
        """Return a supply, made when it is first heard of."""
        return self.supplies.setdefault(name, Supply())


Handler = Callable[[StationState, Any], bool]  # whether the event is worth a line of the log
_HANDLERS: dict[type[e.Event], Handler] = {}


def _on(kind: type[e.Event]) -> Callable[[Handler], Handler]:
    def keep(handler: Handler) -> Handler:
        _HANDLERS[kind] = handler
        return handler

    return keep


# ── the outage ────────────────────────────────────────────────────────────────────────────


@_on(e.PhaseBegan)
def _phase(state: StationState, event: e.PhaseBegan) -> bool:
    state.phase = event.phase
    state.phase_ends_ns = _end_of(state, event.phase)
    return True


def _end_of(state: StationState, phase: str) -> int | None:
    """Return when a phase that begins now is to end, by the plan."""
    planned = state.header.scenario.get("phases") or () if state.header is not None else ()
    lasts_s = next((each["duration_s"] for each in planned if each["name"] == phase), None)
    return None if lasts_s is None else state.t_ns + to_ns(lasts_s)


@_on(e.FaultArmed)
def _armed(state: StationState, event: e.FaultArmed) -> bool:
    state.faults[event.fault] = 0
    return True


@_on(e.FaultMet)
def _met(state: StationState, event: e.FaultMet) -> bool:
    if event.fault in state.faults:
        state.faults[event.fault] += 1
    return False


@_on(e.FaultCleared)
def _cleared(state: StationState, event: e.FaultCleared) -> bool:
    state.faults.pop(event.fault, None)
    return True


@_on(e.WitnessProbed)
def _witness(state: StationState, event: e.WitnessProbed) -> bool:
    before, state.cloud = state.cloud, (event.ok, event.detail)
    return before != state.cloud


@_on(e.ResponseReceived)
def _answered(state: StationState, event: e.ResponseReceived) -> bool:
    if _judged(event):
        state.answers[event.party] = str(event.status)
    return False


@_on(e.ExchangeFailed)
def _unanswered(state: StationState, event: e.ExchangeFailed) -> bool:
    if _judged(event):
        state.answers[event.party] = event.error
    return _judged(event)


@_on(e.NameFailed)
def _nameless(state: StationState, event: e.NameFailed) -> bool:
    if _judged(event):
        state.answers[event.party] = event.reason
    return False


@_on(e.CommandState)
@_on(e.AttemptSettled)
def _said(_state: StationState, _event: e.Event) -> bool:
    return True


# ── the owner ─────────────────────────────────────────────────────────────────────────────


@_on(e.IntentBegan)
def _intent(state: StationState, event: e.IntentBegan) -> bool:
    state.acts.append((state.t_ns, f"wants to {event.intent} by {event.path}"))
    return True


@_on(e.ActSensed)
def _act(state: StationState, event: e.ActSensed) -> bool:
    state.acts.append((state.t_ns, event.act))
    return True


@_on(e.Claim)
def _claim(state: StationState, event: e.Claim) -> bool:
    state.claims.append((state.t_ns, f"{event.state}: {event.text}"))
    return True


@_on(e.NoticeShown)
def _notice(state: StationState, event: e.NoticeShown) -> bool:
    state.claims.append((state.t_ns, event.text))
    return True


# ── the car ───────────────────────────────────────────────────────────────────────────────


@_on(e.Edge)
def _edge(state: StationState, event: e.Edge) -> bool:
    state.lines[event.line] = event.level
    return True


@_on(e.LineLevel)
def _level(state: StationState, event: e.LineLevel) -> bool:
    state.lines[event.line] = event.level
    return False


@_on(e.RoleChanged)
def _role(state: StationState, event: e.RoleChanged) -> bool:
    state.roles[f"{event.bus}.{event.role}"] = event.value
    return True


@_on(e.TelematicsState)
def _unit(state: StationState, event: e.TelematicsState) -> bool:
    if _judged(event):
        state.units[event.unit] = event.state
    return _judged(event)


@_on(e.TelematicsCommand)
def _decision(_state: StationState, event: e.TelematicsCommand) -> bool:
    return _judged(event)


# ── CAN ───────────────────────────────────────────────────────────────────────────────────


@_on(e.FrameSeen)
def _frame(state: StationState, event: e.FrameSeen) -> bool:
    state.bus(event.bus).frames += 1
    return False


@_on(e.CyclicSegment)
def _frames(state: StationState, event: e.CyclicSegment) -> bool:
    state.bus(event.bus).frames += event.count
    return False


@_on(e.ErrorSeen)
def _error(state: StationState, event: e.ErrorSeen) -> bool:
    state.bus(event.bus).errors += 1
    return False


@_on(e.BusStateChanged)
def _bus_state(state: StationState, event: e.BusStateChanged) -> bool:
    state.bus(event.bus).states[event.node] = (event.state, event.tec, event.rec)
    return True


@_on(e.BusWoke)
def _woke(state: StationState, event: e.BusWoke) -> bool:
    state.bus(event.bus).awake = True
    return True


@_on(e.BusSlept)
def _slept(state: StationState, event: e.BusSlept) -> bool:
    state.bus(event.bus).awake = False
    return True


# ── instruments, and the bench itself ─────────────────────────────────────────────────────


@_on(e.RelaySwitched)
def _relay(state: StationState, event: e.RelaySwitched) -> bool:
    state.relays[event.channel] = (event.closed, event.verified)
    return True


@_on(e.SupplySwitched)
def _power(state: StationState, event: e.SupplySwitched) -> bool:
    supply = state.supply(event.supply)
    supply.on, supply.verified, supply.limited = event.on, event.verified, ""
    if not event.on:
        supply.read_volts = supply.read_amperes = None
    return True


@_on(e.SupplySet)
def _volts(state: StationState, event: e.SupplySet) -> bool:
    supply = state.supply(event.supply)
    supply.volts, supply.read_volts = event.volts, event.measured_v  # what was read before is gone
    return False


@_on(e.SupplyCurrent)
def _current(state: StationState, event: e.SupplyCurrent) -> bool:
    supply = state.supply(event.supply)
    supply.read_volts, supply.read_amperes = event.volts, event.amperes
    return False


@_on(e.SupplyLimited)
def _limited(state: StationState, event: e.SupplyLimited) -> bool:
    state.supply(event.supply).limited = f"{event.amperes:.1f} A, {event.volts:.1f} V"
    return _trouble(state, event)


@_on(e.ReceiverLost)
@_on(e.BenchFault)
@_on(e.FramesDropped)
def _trouble(state: StationState, event: e.Event) -> bool:
    state.trouble.append(say(event))
    return True


@_on(e.JitterMeasured)
def _late(_state: StationState, event: e.JitterMeasured) -> bool:
    return bool(event.worst_ns)


@_on(e.End)
def _end(state: StationState, _event: e.End) -> bool:
    state.over = True
    return True


def _judged(event: e.Event) -> bool:
    """Whether it is of the judged car and its owner: not of the witness."""
    return not of_the_witness(e.payload(event))
