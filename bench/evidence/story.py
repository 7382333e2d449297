"""A recording told: what was injected, who did what when, and the frames around it."""

from collections.abc import Callable
from typing import Any

from bench import events as e
from bench.journal import Entry
from bench.recording import Recording

MOST_LINES = 80
FRAMES_AROUND_NS = 1_000_000_000
_Words = Callable[[Any], str]

WORDS: dict[type[e.Event], _Words] = {
    e.PhaseBegan: lambda v: f"phase: {v.phase}",
    e.FaultArmed: lambda v: f"fault armed: {v.spec}",
    e.FaultCleared: lambda v: f"fault cleared: {v.fault}, met {v.met} times",
    e.FaultMet: lambda v: f"{v.party} met {v.fault}: {v.operation}",
    e.StateChecked: lambda v: f"starting state: {v.item} {v.seen}, declared {v.declared}",
    e.RecipeApplied: lambda v: f"recipe for {v.item} ({v.seen}): {v.recipe}",
    e.CodesRead: lambda v: f"{v.unit}: codes {v.moment}: {', '.join(v.codes) or 'none'}",
    e.DiagnosisFailed: lambda v: f"diagnosis {v.moment}: {v.reason}",
    e.IntentBegan: lambda v: f"{v.owner} wants to {v.intent} by {v.path} ({v.attempt})",
    e.ActSensed: lambda v: v.act,
    e.AttemptSettled: lambda v: f"{v.attempt} settled: {v.how}",
    e.Claim: lambda v: f'told: {v.state}: "{v.text}"',
    e.AdviceFollowed: lambda v: f"{v.owner}: {v.advice}, {'done' if v.worked else 'refused'}",
    e.StateShown: lambda v: f"shown: {v.role} {v.text}",
    e.NoticeShown: lambda v: f'told of maintenance, {v.state}: "{v.text}"',
    e.Maintenance: lambda v: f"maintenance: {v.state.replace('_', ' ')}",
    e.Telegram: lambda v: f"{v.channel} {v.sender} → {v.receiver}: {v.what}",
    e.TelegramLost: lambda v: f"{v.channel} from {v.sender}: {v.what} lost: {v.reason}",
    e.Edge: lambda v: f"{v.line}: {v.level}",
    e.RelaySwitched: lambda v: f"relay {v.channel} {'closed' if v.closed else 'opened'}",
    e.SupplySwitched: lambda v: f"supply {v.supply} {'on' if v.on else 'off'}",
    e.FrameSeen: lambda v: f"{v.bus} 0x{v.identifier:X} {v.data} ({v.sender})",
    e.RoleChanged: lambda v: f"{v.bus}: {v.role} is {v.value}",
    e.BusWoke: lambda v: f"{v.bus} wakes",
    e.BusSlept: lambda v: f"{v.bus} sleeps",
    e.NameFailed: lambda v: f"{v.party}: {v.name}: {v.reason}",
    e.RequestSent: lambda v: f"{v.party}: {v.method} {v.path}",
    e.ResponseReceived: lambda v: f"{v.party}: {v.status} ({v.note})",
    e.ExchangeFailed: lambda v: f"{v.party}: {v.error} {v.detail}",
    e.BadCertificateAccepted: lambda v: (
        f"{v.party} goes on with {v.host}, whose certificate is {v.problem.replace('_', ' ')}"
    ),
    e.CommandState: lambda v: f"command {v.name}: {v.state}",
    e.BrokerConnect: lambda v: f"{v.party} asks the broker: {v.code or 'let in'}",
    e.PushSent: lambda v: f"push to {v.to}: {v.what}",
    e.PushReceived: lambda v: f"{v.party} got: {v.what}",
    e.TelematicsState: lambda v: f"{v.unit}: {v.state}",
    e.TelematicsCommand: lambda v: f"{v.unit}: {v.name}: {v.decision}",
    e.TelematicsReport: lambda v: f"{v.unit} reports: {v.result}",
    e.Inside: lambda v: f"({v.unit}: {v.what})",
    e.ReceiverLost: lambda v: f"receiver {v.receiver} died: {v.reason}",
    e.FramesDropped: lambda v: f"{v.count} frames lost on {v.bus}",
    e.FramesNotSent: lambda v: f"{v.count} frames not sent on {v.bus}: {v.reason}",
    e.ClockStepped: lambda v: f"the computer's clock was set by {v.step_ns / 1e9:+.3f} s",
    e.TimeStampsMapped: lambda v: (
        f"{v.bus}: {v.frames} time stamps by the {v.clock} clock, "
        f"within {v.uncertainty_ns / 1e3:g} µs"
    ),
    e.BenchFault: lambda v: f"the bench failed: {v.what}: {v.reason}",
    e.KeyRevoked: lambda v: f"the maker takes the right of {v.credential} away",
    e.EntitlementRevoked: lambda v: f"right of {v.credential} revoked",
}
_FRAMES = (e.FrameSeen,)
_WITNESS = "witness"


def describe(event: e.Event) -> str:
    """Return an event in words."""
    words = WORDS.get(type(event))
    return words(event) if words else event.kind.replace("_", " ")


def tell(recording: Recording, most: int = MOST_LINES) -> str:
    """Return a recording's story, a line per event; frames only around what owners did."""
    acts = [entry.t_ns for entry in recording.entries if isinstance(entry.event, e.ActSensed)]
    entries = [entry for entry in recording.entries if _belongs(entry, acts)]
    lines = [f"{x.t_ns / 1e9:10.3f} s  {x.event.lane:10}  {describe(x.event)}" for x in entries]
    if len(lines) > most:
        left_out = len(lines) - most
        lines = [*lines[: most // 4], f"… {left_out} lines …", *lines[-(most - most // 4) :]]
    return "\n".join(lines)


def _belongs(entry: Entry, acts: list[int]) -> bool:
    """Whether an entry is part of the story: the witness's traffic is not, its fate is."""
    event = entry.event
    if type(event) not in WORDS:
        return False
    if isinstance(event, _FRAMES):
        return any(0 <= entry.t_ns - act <= FRAMES_AROUND_NS for act in acts)
    who = getattr(event, "party", "") or getattr(event, "unit", "") or getattr(event, "to", "")
    vehicle = getattr(event, "vehicle", "")
    witness = str(who).startswith(_WITNESS) or str(vehicle).upper().startswith("WITNESS")
    return not witness or isinstance(event, e.FaultMet)
