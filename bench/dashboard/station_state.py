"""How a station stands, entry by entry of its recording: what a person at the bench looks at."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bench import events as e
from bench.journal import Entry
from bench.recording import Header
from bench.units import to_ns

KEPT = 200  # lines of the log; nobody reads further back in a terminal
SPOKEN = 4  # acts and claims that stand side by side
WITNESS = "witness"


@dataclass
class Bus:
    """One CAN as the bench sees it: traffic, errors, and the worst error counters of its nodes."""

    awake: bool = False
    frames: int = 0
    errors: int = 0
    states: dict[str, tuple[str, int, int]] = field(default_factory=dict)


@dataclass
class Supply:
    """One supply: on, verified (None: it cannot tell), volts as it was told, in its limit."""

    on: bool = False
    verified: bool | None = None
    volts: float | None = None
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
        units: the state of each telematics unit.
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
        if handler is not None:
            said = handler(self, entry.event)
            if said:
                self.log.append((entry.t_ns, entry.event.lane, said))

    def bus(self, name: str) -> Bus:
        """Return a bus, made when it is first heard of."""
        return self.buses.setdefault(name, Bus())

    def supply(self, name: str) -> Supply:
        """Return a supply, made when it is first heard of."""
        return self.supplies.setdefault(name, Supply())


Handler = Callable[[StationState, Any], str | None]
_HANDLERS: dict[type[e.Event], Handler] = {}


def _on(kind: type[e.Event]) -> Callable[[Handler], Handler]:
    def keep(handler: Handler) -> Handler:
        _HANDLERS[kind] = handler
        return handler

    return keep


# ── the outage ────────────────────────────────────────────────────────────────────────────


@_on(e.PhaseBegan)
def _phase(state: StationState, event: e.PhaseBegan) -> str:
    state.phase = event.phase
    state.phase_ends_ns = _end_of(state, event.phase)
    return f"phase: {event.phase}"


def _end_of(state: StationState, phase: str) -> int | None:
    """Return when a phase that begins now is to end, by the plan."""
    planned = state.header.scenario.get("phases") or () if state.header is not None else ()
    lasts_s = next((each["duration_s"] for each in planned if each["name"] == phase), None)
    return None if lasts_s is None else state.t_ns + to_ns(lasts_s)


@_on(e.FaultArmed)
def _armed(state: StationState, event: e.FaultArmed) -> str:
    state.faults[event.fault] = 0
    return f"fault in place: {event.spec}"


@_on(e.FaultMet)
def _met(state: StationState, event: e.FaultMet) -> None:
    if event.fault in state.faults:
        state.faults[event.fault] += 1


@_on(e.FaultCleared)
def _cleared(state: StationState, event: e.FaultCleared) -> str:
    state.faults.pop(event.fault, None)
    return f"fault gone: {event.fault}, met {event.met} times"


@_on(e.WitnessProbed)
def _witness(state: StationState, event: e.WitnessProbed) -> str | None:
    before, state.cloud = state.cloud, (event.ok, event.detail)
    return f"witness: {event.detail}" if before != state.cloud else None


@_on(e.ResponseReceived)
def _answered(state: StationState, event: e.ResponseReceived) -> None:
    if not event.party.startswith(WITNESS):
        state.answers[event.party] = str(event.status)


@_on(e.ExchangeFailed)
def _unanswered(state: StationState, event: e.ExchangeFailed) -> str | None:
    if event.party.startswith(WITNESS):
        return None
    state.answers[event.party] = event.error
    return f"{event.party}: {event.error}"


@_on(e.NameFailed)
def _nameless(state: StationState, event: e.NameFailed) -> None:
    if not event.party.startswith(WITNESS):
        state.answers[event.party] = event.reason


@_on(e.CommandState)
def _command(_state: StationState, event: e.CommandState) -> str:
    return f"{event.name}: {event.state}"


# ── the owner ─────────────────────────────────────────────────────────────────────────────


@_on(e.IntentBegan)
def _intent(state: StationState, event: e.IntentBegan) -> str:
    said = f"wants to {event.intent} by {event.path}"
    state.acts.append((state.t_ns, said))
    return f"{event.owner} {said}"


@_on(e.ActSensed)
def _act(state: StationState, event: e.ActSensed) -> str:
    state.acts.append((state.t_ns, event.act))
    return event.act


@_on(e.AttemptSettled)
def _settled(_state: StationState, event: e.AttemptSettled) -> str:
    return f"{event.attempt}: {event.how}"


@_on(e.Claim)
def _claim(state: StationState, event: e.Claim) -> str:
    said = f"{event.state}: {event.text}"
    state.claims.append((state.t_ns, said))
    return said


@_on(e.NoticeShown)
def _notice(state: StationState, event: e.NoticeShown) -> str:
    state.claims.append((state.t_ns, event.text))
    return event.text


# ── the car ───────────────────────────────────────────────────────────────────────────────


@_on(e.Edge)
def _edge(state: StationState, event: e.Edge) -> str:
    state.lines[event.line] = event.level
    return f"{event.line}: {event.level}"


@_on(e.LineLevel)
def _level(state: StationState, event: e.LineLevel) -> None:
    state.lines[event.line] = event.level


@_on(e.RoleChanged)
def _role(state: StationState, event: e.RoleChanged) -> str:
    state.roles[f"{event.bus}.{event.role}"] = event.value
    return f"{event.bus} {event.role}: {event.value}"


@_on(e.TelematicsState)
def _unit(state: StationState, event: e.TelematicsState) -> str | None:
    state.units[event.unit] = event.state
    return None if event.unit.startswith(WITNESS) else f"{event.unit}: {event.state}"


@_on(e.TelematicsCommand)
def _decision(_state: StationState, event: e.TelematicsCommand) -> str | None:
    if event.unit.startswith(WITNESS):
        return None
    return f"{event.unit}: {event.name}: {event.decision}"


# ── CAN ───────────────────────────────────────────────────────────────────────────────────


@_on(e.FrameSeen)
def _frame(state: StationState, event: e.FrameSeen) -> None:
    state.bus(event.bus).frames += 1


@_on(e.CyclicSegment)
def _frames(state: StationState, event: e.CyclicSegment) -> None:
    state.bus(event.bus).frames += event.count


@_on(e.ErrorSeen)
def _error(state: StationState, event: e.ErrorSeen) -> None:
    state.bus(event.bus).errors += 1


@_on(e.BusStateChanged)
def _bus_state(state: StationState, event: e.BusStateChanged) -> str:
    state.bus(event.bus).states[event.node] = (event.state, event.tec, event.rec)
    return f"{event.node} on {event.bus}: {event.state.replace('_', ' ')}"


@_on(e.BusWoke)
def _woke(state: StationState, event: e.BusWoke) -> str:
    state.bus(event.bus).awake = True
    return f"{event.bus} wakes"


@_on(e.BusSlept)
def _slept(state: StationState, event: e.BusSlept) -> str:
    state.bus(event.bus).awake = False
    return f"{event.bus} sleeps"


# ── instruments, and the bench itself ─────────────────────────────────────────────────────


@_on(e.RelaySwitched)
def _relay(state: StationState, event: e.RelaySwitched) -> str:
    state.relays[event.channel] = (event.closed, event.verified)
    return f"{event.channel}: {'closed' if event.closed else 'open'}"


@_on(e.SupplySwitched)
def _power(state: StationState, event: e.SupplySwitched) -> str:
    supply = state.supply(event.supply)
    supply.on, supply.verified, supply.limited = event.on, event.verified, ""
    return f"{event.supply}: {'on' if event.on else 'off'}"


@_on(e.SupplySet)
def _volts(state: StationState, event: e.SupplySet) -> None:
    state.supply(event.supply).volts = event.volts


@_on(e.SupplyLimited)
def _limited(state: StationState, event: e.SupplyLimited) -> str:
    said = f"{event.amperes:.1f} A, {event.volts:.1f} V"
    state.supply(event.supply).limited = said
    return _trouble(state, f"{event.supply} in current limit: {said}")


@_on(e.ReceiverLost)
def _lost(state: StationState, event: e.ReceiverLost) -> str:
    return _trouble(state, f"receiver {event.receiver}: {event.reason}")


@_on(e.BenchFault)
def _fault(state: StationState, event: e.BenchFault) -> str:
    return _trouble(state, f"{event.what}: {event.reason}")


@_on(e.FramesDropped)
def _dropped(state: StationState, event: e.FramesDropped) -> str:
    return _trouble(state, f"{event.count} frames lost on {event.bus}")


@_on(e.JitterMeasured)
def _late(_state: StationState, event: e.JitterMeasured) -> str | None:
    return f"timers late by {event.worst_ns / 1e6:.1f} ms at worst" if event.worst_ns else None


@_on(e.End)
def _end(state: StationState, _event: e.End) -> str:
    state.over = True
    return "the scenario is over"


def _trouble(state: StationState, said: str) -> str:
    state.trouble.append(said)
    return said
