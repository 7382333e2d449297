"""Events in words: one sentence for each kind, wherever it is told, drawn or logged."""

from collections.abc import Callable, Mapping
from typing import Any

from bench import events as e
from bench.events.owner import ANYTHING
from bench.presentation.connack import MEANINGS
from bench.presentation.identifiers import identifier_name
from bench.units import counted


def read_back(verified: bool | None, commanded: bool) -> str:
    """Return how what a device was told stands, by what it reads back (None: it cannot tell).

    >>> read_back(True, True), read_back(None, True), read_back(False, True)
    ('verified', 'commanded', 'READ BACK OTHERWISE')
    """
    if verified is None:
        return "commanded"
    return "verified" if verified is commanded else "READ BACK OTHERWISE"


def _intent(event: e.IntentBegan) -> str:
    if event.intent == ANYTHING:
        return f"a test works {event.path} by hand ({event.attempt})"
    return f"{event.owner} wants to {event.intent} by {event.path} ({event.attempt})"


WORDS: Mapping[type[e.Event], Callable[[Any], str]] = {
    e.PhaseBegan: lambda v: f"phase: {v.phase}",
    e.Noted: lambda v: f"note: {v.text}",
    e.FaultArmed: lambda v: f"fault armed: {v.spec}",
    e.FaultBegan: lambda v: f"fault in force: {v.fault}",
    e.FaultMet: lambda v: f"{v.party} met {v.fault}: {v.operation}",
    e.FaultCleared: lambda v: f"fault cleared: {v.fault}, met {counted(v.met, 'time')}",
    e.StateChecked: lambda v: f"starting state: {v.item} {v.seen}, declared {v.declared}",
    e.RecipeApplied: lambda v: f"recipe for {v.item} ({v.seen}): {v.recipe}",
    e.Control: lambda v: f"{v.attempt} {'acted' if v.acted else 'did not act'}",
    e.WitnessProbed: lambda v: f"the witness {'got through' if v.ok else 'failed'}: {v.detail}",
    e.End: lambda v: f"the scenario is over: {v.entries} entries, {v.frames} frames",
    e.InstrumentFound: lambda v: f"{v.instrument}: {v.identity}",
    e.ReceiverLost: lambda v: f"receiver {v.receiver} died: {v.reason}",
    e.FramesDropped: lambda v: f"{v.count} frames lost on {v.bus}",
    e.FramesNotSent: lambda v: f"{v.count} frames not sent on {v.bus}: {v.reason}",
    e.TimeStampsMapped: lambda v: (
        f"{v.bus}: {v.frames} time stamps by the {v.clock} clock, "
        f"within {v.uncertainty_ns / 1e3:g} µs"
    ),
    e.ClockStepped: lambda v: f"the computer's clock was set by {v.step_ns / 1e9:+.3f} s",
    e.JitterMeasured: lambda v: f"the bench was late by {v.worst_ns / 1e6:g} ms at worst",
    e.InstrumentSlow: lambda v: (
        f"{v.instrument} took {v.took_ns / 1e6:.0f} ms to {v.doing}: its slowest answer "
        f"{v.answer_ns / 1e6:.0f} ms, its model's pause {v.pause_ns / 1e6:g} ms"
    ),
    e.BenchFault: lambda v: f"the bench failed: {v.what}: {v.reason}",
    e.IntentBegan: _intent,
    e.ActSensed: lambda v: f"{v.act}",
    e.AttemptSettled: lambda v: f"{v.attempt} settled: {v.how}",
    e.Claim: lambda v: f'told: {v.state}: "{v.text}"',
    e.AdviceFollowed: lambda v: f"{v.owner}: {v.advice}, {'done' if v.worked else 'refused'}",
    e.StateShown: lambda v: f"shown: {v.role} {v.text}",
    e.NoticeShown: lambda v: f'told of maintenance, {v.state}: "{v.text}"',
    e.Telegram: lambda v: f"{v.channel} {v.sender} → {v.receiver}: {v.what}",
    e.TelegramLost: lambda v: f"{v.channel} from {v.sender}: {v.what} lost: {v.reason}",
    e.Edge: lambda v: f"{v.line}: {v.level}",
    e.LineLevel: lambda v: f"{v.line} stands at {v.level}",
    e.WireDisturbed: lambda v: f"wire {v.wire}: {v.how}",
    e.RelaySwitched: lambda v: (
        f"relay {v.channel} {'closed' if v.closed else 'opened'}"
        f" ({read_back(v.verified, v.closed)})"
    ),
    e.SupplySwitched: lambda v: (
        f"supply {v.supply} {'on' if v.on else 'off'} ({read_back(v.verified, v.on)})"
    ),
    e.SupplySet: lambda v: f"supply {v.supply} set to {v.volts:g} V",
    e.SupplyLimited: lambda v: (
        f"supply {v.supply} in current limit: {v.amperes:.3g} A, {v.volts:.1f} V"
    ),
    e.SupplyCurrent: lambda v: (
        f"supply {v.supply} gives {v.amperes * 1000:.0f} mA"
        + (f" at {v.volts:.2f} V" if v.volts is not None else "")
    ),
    e.FrameSeen: lambda v: f"{v.bus} 0x{v.identifier:X} {v.data} ({v.sender})",
    e.CyclicSegment: lambda v: (
        f"{v.count} cyclic frames 0x{v.identifier:X} every {v.period_ns / 1e6:g} ms ({v.sender})"
    ),
    e.RoleChanged: lambda v: f"{v.bus}: {v.role} is {v.value}",
    e.BusWoke: lambda v: f"{v.bus} wakes",
    e.BusSlept: lambda v: f"{v.bus} sleeps",
    e.BusCounted: lambda v: f"{v.bus}: {v.frames} frames, busy for {v.busy_ns / 1e9:.3f} s so far",
    e.ErrorSeen: lambda v: f"{v.bus}: error frame ({v.what}) on a frame of {v.sender or '?'}",
    e.BusStateChanged: lambda v: (
        f"{v.node} on {v.bus} is {v.state.replace('_', ' ')} (TEC {v.tec}, REC {v.rec})"
    ),
    e.CutOff: lambda v: f"{v.bus}: what {v.node or 'anybody'} sends or is to receive is cut off",
    e.FramePassed: lambda v: f"hears {v.bus} 0x{v.identifier:X} ({v.sender})",
    e.FrameSpoiled: lambda v: f"{v.bus} 0x{v.identifier:X} made invalid: {v.how}",
    e.UnitIdentified: lambda v: f"{v.unit}: {identifier_name(v.identifier)}: {v.value}",
    e.CodesRead: lambda v: f"{v.unit}: codes {v.moment}: {', '.join(v.codes) or 'none'}",
    e.DiagnosisFailed: lambda v: f"diagnosis {v.moment}: {v.reason}",
    e.NameFailed: lambda v: f"{v.party}: {v.name}: {v.reason}",
    e.ConnectionOpened: lambda v: f"{v.party}: connection {v.connection} opened",
    e.ConnectionClosed: lambda v: f"{v.party}: connection {v.connection} {v.how}",
    e.LinkCounted: lambda v: f"{v.party}: {v.up_bytes} bytes up, {v.down_bytes} down so far",
    e.RequestSent: lambda v: f"{v.party}: {v.method} {v.path}",
    e.ResponseReceived: lambda v: f"{v.party}: {v.status} ({v.note})",
    e.ExchangeFailed: lambda v: f"{v.party}: {v.error} {v.detail}",
    e.HandshakeFailed: lambda v: f"handshake at {v.host} failed: {v.reason}",
    e.BadCertificateAccepted: lambda v: (
        f"{v.party} goes on with {v.host}, whose certificate is {v.problem.replace('_', ' ')}"
    ),
    e.RequestServed: lambda v: f"answered {v.party}: {v.method} {v.path}: {v.status}",
    e.ToldToWait: lambda v: f"told {v.party} to wait: Retry-After {v.retry_after}",
    e.Maintenance: lambda v: f"maintenance: {v.state.replace('_', ' ')}",
    e.CloudLoad: lambda v: (
        f"load of {v.endpoint}: {v.offered_per_s:g}/s asked, {v.good_per_s:g}/s served, "
        f"{v.waiting} wait"
    ),
    e.CommandState: lambda v: f"command {v.name}: {v.state}",
    e.BrokerConnect: lambda v: f"{v.party} asks the broker: {_admitted(v)}",
    e.BrokerDisconnect: lambda v: f"the broker turns {v.party} down: {v.reason}",
    e.ChannelOpened: lambda v: f"push channel to {v.party} opened",
    e.PushSent: lambda v: f"push to {v.to}: {v.what}",
    e.PushReceived: lambda v: f"{v.party} got: {v.what}",
    e.EntitlementGranted: lambda v: f"right of {v.credential} granted",
    e.EntitlementRevoked: lambda v: f"right of {v.credential} revoked",
    e.KeyRevoked: lambda v: f"the maker takes the right of {v.credential} away",
    e.TelematicsState: lambda v: f"{v.unit}: {v.state}",
    e.TelematicsCommand: lambda v: f"{v.unit}: {v.name}: {v.decision}",
    e.TelematicsReport: lambda v: f"{v.unit} reports: {v.result}",
    e.Inside: lambda v: f"({v.unit}: {v.what})",
}


def say(event: e.Event) -> str:
    """Return an event in words; by its kind where its fields are not what they should be.

    >>> say(e.PhaseBegan("down")), say(e.BusWoke("body"))
    ('phase: down', 'body wakes')
    >>> say(e.IntentBegan("stimulus-7", "bench", ANYTHING, "handle_driver", True, ""))
    'a test works handle_driver by hand (stimulus-7)'
    """
    words = WORDS.get(type(event))
    try:
        return words(event) if words else _kind(event)
    except (TypeError, ValueError, AttributeError):  # a recording that somebody has edited
        return _kind(event)


def _admitted(event: e.BrokerConnect) -> str:
    if not event.code:
        return "let in"
    meaning = MEANINGS.get(event.code)
    instead = f", go to {event.sent_to}" if event.sent_to else ""
    return f"refused with {event.code}{f' ({meaning})' if meaning else ''}{instead}"


def _kind(event: e.Event) -> str:
    return event.kind.replace("_", " ")
