"""What each kind of event changes in what is known of a station."""

from collections.abc import Callable
from typing import Any

from bench import events as e
from bench.dashboard.station_state import StationState
from bench.journal import Entry
from bench.presentation.whose import of_the_witness
from bench.presentation.words import say
from bench.units import to_ns

Handler = Callable[[StationState, Any], bool]  # whether the event is worth a line of the log
_HANDLERS: dict[type[e.Event], Handler] = {}


def _on(kind: type[e.Event]) -> Callable[[Handler], Handler]:
    def keep(handler: Handler) -> Handler:
        _HANDLERS[kind] = handler
        return handler

    return keep


def take_effect(state: StationState, entry: Entry) -> None:
    """Let an entry of a recording change what is known."""
    event = entry.event
    state.t_ns = max(state.t_ns, entry.t_ns)
    handler = _HANDLERS.get(type(event))
    if handler is not None and handler(state, event):
        state.log.append((entry.t_ns, event.lane, say(event)))


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
    state.supply(event.supply).limited = f"{event.amperes:.3g} A, {event.volts:.1f} V"
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
