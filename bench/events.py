"""Everything observable, as frozen typed records.

An event says what happened; *when* and *because of what* is said by the journal entry that
carries it (`bench.journal`). Two kinds of knowledge are kept apart on purpose:

- what a bench can see of any car, simulated or real: frames, edges, telegrams, exchanges,
  claims. Oracles use only these.
- `Inside`: what only a simulated unit can tell. It makes a story readable and is never judged.

Every class has a `kind` (its name in recordings) and a `lane` (where a timeline draws it).
"""

import re
from dataclasses import dataclass, fields
from typing import Any, ClassVar

KINDS: dict[str, "type[Event]"] = {}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; subclasses say what."""

    kind: ClassVar[str] = "event"
    lane: ClassVar[str] = "bench"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        # `object.__init_subclass__`: with slots, `super()` would look at the discarded twin
        object.__init_subclass__(**kwargs)
        cls.kind = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        KINDS[cls.kind] = cls


def payload(event: Event) -> dict[str, Any]:
    """Return the event's own fields, in their declared order.

    >>> payload(PhaseBegan("down"))
    {'phase': 'down'}
    """
    return {name: getattr(event, name) for name in field_names(type(event))}


_FIELDS: dict[type[Event], tuple[str, ...]] = {}


def field_names(cls: type[Event]) -> tuple[str, ...]:
    """Return the names of an event class's fields (looked up once per class)."""
    names = _FIELDS.get(cls)
    if names is None:
        names = _FIELDS[cls] = tuple(field.name for field in fields(cls))
    return names


def rebuild(kind: str, values: dict[str, Any]) -> Event:
    """Return the event that `payload` was taken from; an unknown kind raises KeyError."""
    return KINDS[kind](**{name: _frozen(value) for name, value in values.items()})


def _frozen(value: Any) -> Any:
    """Return a value with tuples where JSON has lists."""
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


# ── the run itself ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class PhaseBegan(Event):
    """A phase of the outage began ("before" and "after" stand around it)."""

    phase: str


@dataclass(frozen=True, slots=True)
class FaultArmed(Event):
    """A fault is in place from now on; `spec` is how a user would write it."""

    fault: str
    layer: str
    spec: str


@dataclass(frozen=True, slots=True)
class FaultMet(Event):
    """An operation really met the fault."""

    fault: str
    party: str
    operation: str


@dataclass(frozen=True, slots=True)
class FaultCleared(Event):
    """A fault is gone; `met` is how many operations had met it."""

    fault: str
    met: int


@dataclass(frozen=True, slots=True)
class StateChecked(Event):
    """One item of the starting state: declared, and what was seen of it.

    `seen` is None where nothing has reported it, "not observable here" where no role carries it.
    """

    item: str
    declared: str
    seen: str | None
    verified: bool


@dataclass(frozen=True, slots=True)
class RecipeApplied(Event):
    """The bench did something so that an item of the starting state comes to be as declared."""

    recipe: str
    item: str
    seen: str | None


@dataclass(frozen=True, slots=True)
class Control(Event):
    """A positive control ended: did the same path, in the same set-up, act without the outage?"""

    attempt: str
    acted: bool


@dataclass(frozen=True, slots=True)
class WitnessProbed(Event):
    """The witness asked the cloud for a whole remote command, and this is how it went."""

    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class InstrumentFound(Event):
    """An instrument of the station, by its section and name, and what it says it is.

    `identity` is maker, model, serial number and version, as far as the device tells.
    """

    instrument: str
    identity: str


@dataclass(frozen=True, slots=True)
class ReceiverLost(Event):
    """A receiver of this bench died: nothing after it is evidence of absence."""

    receiver: str
    reason: str


@dataclass(frozen=True, slots=True)
class FramesDropped(Event):
    """An interface lost frames before the bench could read them.

    `count` is how many; a controller that overruns only says that it has: then it is 1 each time.
    """

    bus: str
    count: int


@dataclass(frozen=True, slots=True)
class FramesNotSent(Event):
    """An interface took no frames for sending, because of what `reason` says."""

    bus: str
    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class TimeStampsMapped(Event):
    """How an interface's time stamps became bench time, and how far off one may be at worst.

    `clock` is calendar (the computer's), own (the interface's), or arrival: it does not stamp, and
    a frame's time is when the loop took it, as late as JitterMeasured says.
    """

    bus: str
    clock: str
    frames: int
    uncertainty_ns: int


@dataclass(frozen=True, slots=True)
class ClockStepped(Event):
    """Somebody set the computer's calendar clock, by NTP or by hand; bench time went on evenly."""

    step_ns: int


@dataclass(frozen=True, slots=True)
class JitterMeasured(Event):
    """How late the bench's own timers were at worst (0 in simulated time).

    From the moment on at which the starting state was checked: nothing is judged before.
    """

    worst_ns: int


@dataclass(frozen=True, slots=True)
class BenchFault(Event):
    """The bench itself failed at something: what, where."""

    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class End(Event):
    """The last entry of a complete recording, with counts of what it holds."""

    entries: int
    frames: int


# ── the owner ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class IntentBegan(Event):
    """Somebody began to want something and chose a way to get it.

    `entitled` is what the bench knows: a thief is not. `credential` is the digital key that is
    used ("" on other paths): whether it was in force then, the entitlement events say. The owner
    "bench" is the bench itself, restoring a starting state.
    """

    lane: ClassVar[str] = "owner"
    attempt: str
    owner: str
    intent: str
    path: str
    entitled: bool
    credential: str


@dataclass(frozen=True, slots=True)
class ActSensed(Event):
    """The owner's act as the bench senses it: a handle's contact, a tap, a button, a telegram."""

    lane: ClassVar[str] = "owner"
    attempt: str
    act: str


@dataclass(frozen=True, slots=True)
class AttemptSettled(Event):
    """The bench stopped waiting for an attempt: it acted, it was refused, or time was up."""

    lane: ClassVar[str] = "owner"
    attempt: str
    how: str


@dataclass(frozen=True, slots=True)
class Claim(Event):
    """What the app told the owner: a state and the words on the screen.

    `state` is one of working, succeeded, failed, unknown.
    """

    lane: ClassVar[str] = "phone"
    owner: str
    attempt: str
    state: str
    text: str


@dataclass(frozen=True, slots=True)
class AdviceFollowed(Event):
    """The owner did what owners are told to do; `worked` is whether that worked as such."""

    lane: ClassVar[str] = "owner"
    owner: str
    advice: str
    worked: bool


@dataclass(frozen=True, slots=True)
class StateShown(Event):
    """The app showed the owner a state of the car, by its role ("" : it knows none).

    `as_of_s` is since when, in POSIX seconds, as shown; 0: it was shown as current.
    """

    lane: ClassVar[str] = "phone"
    owner: str
    role: str
    value: str
    as_of_s: float
    text: str


@dataclass(frozen=True, slots=True)
class NoticeShown(Event):
    """The app told the owner of a maintenance: planned or under_way, its window, the words.

    `from_s` and `until_s` are calendar times in POSIX seconds, as shown.
    """

    lane: ClassVar[str] = "phone"
    owner: str
    attempt: str
    state: str
    from_s: float
    until_s: float
    text: str


# ── radio and wires ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Telegram(Event):
    """A radio telegram that was heard: `what` names its content, `size` its bytes."""

    lane: ClassVar[str] = "radio"
    channel: str
    sender: str
    receiver: str
    what: str
    size: int


@dataclass(frozen=True, slots=True)
class TelegramLost(Event):
    """A radio telegram that nobody heard, and why."""

    lane: ClassVar[str] = "radio"
    channel: str
    sender: str
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Edge(Event):
    """A sensed electrical line changed: `level` in the line's own words.

    Where a line has to be asked, it may have changed up to `uncertain_ns` earlier.
    """

    lane: ClassVar[str] = "wiring"
    line: str
    level: str
    uncertain_ns: int = 0


@dataclass(frozen=True, slots=True)
class LineLevel(Event):
    """How a sensed line stands as the bench begins to look."""

    lane: ClassVar[str] = "wiring"
    line: str
    level: str


@dataclass(frozen=True, slots=True)
class RelaySwitched(Event):
    """A relay was told to move; `verified` is what its board read back (None: it cannot)."""

    lane: ClassVar[str] = "relay"
    board: str
    channel: str
    closed: bool
    verified: bool | None


@dataclass(frozen=True, slots=True)
class SupplySwitched(Event):
    """A supply output was switched; `verified` is what it read back (None: it cannot)."""

    lane: ClassVar[str] = "supply"
    supply: str
    channel: str
    on: bool
    verified: bool | None


@dataclass(frozen=True, slots=True)
class SupplySet(Event):
    """A supply was told another voltage; `measured_v` is what it measured then (None: unasked)."""

    lane: ClassVar[str] = "supply"
    supply: str
    volts: float
    measured_v: float | None


@dataclass(frozen=True, slots=True)
class SupplyLimited(Event):
    """A supply was in current limit: it drew `amperes` and could hold only `volts`."""

    lane: ClassVar[str] = "supply"
    supply: str
    amperes: float
    limit_a: float
    volts: float


@dataclass(frozen=True, slots=True)
class SupplyCurrent(Event):
    """What a supply read back as its current, from this moment on until it says another.

    `error_a` is how far off that may be, by the bench file.
    """

    lane: ClassVar[str] = "supply"
    supply: str
    amperes: float
    error_a: float


@dataclass(frozen=True, slots=True)
class WireDisturbed(Event):
    """A fault has a wire of the car: `how` is open, to_ground, to_supply or a short's other wire.

    `units` are those that are without supply or ground because of it ("all": every one).
    """

    lane: ClassVar[str] = "wiring"
    wire: str
    how: str
    units: tuple[str, ...]


# ── CAN ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, init=False)
class FrameSeen(Event):
    """One frame on a bus, stamped at its end.

    `data` is in hex; `flags` are x extended, f FD, b bit-rate switch, e error frame.
    """

    lane: ClassVar[str] = "can"
    bus: str
    identifier: int
    flags: str
    data: str
    sender: str

    def __init__(self, bus: str, identifier: int, flags: str, data: str, sender: str) -> None:
        # as dataclass would make it, in half the time: most events of a run are these
        _set_bus(self, bus)
        _set_identifier(self, identifier)
        _set_flags(self, flags)
        _set_data(self, data)
        _set_sender(self, sender)


_set_bus, _set_identifier, _set_flags, _set_data, _set_sender = (
    getattr(FrameSeen, name).__set__ for name in ("bus", "identifier", "flags", "data", "sender")
)


@dataclass(frozen=True, slots=True)
class CyclicSegment(Event):
    """A stretch of cyclic frames that expands exactly (see `bench.can.segments`).

    Frame k of `count` is due at `first_ns + k * period_ns`, carries
    `table[(start + k) % len(table)]` and ends `duration_ns[...]` later; `late` lists
    (k, ns) where it had to wait for the wire.
    """

    lane: ClassVar[str] = "can"
    bus: str
    identifier: int
    flags: str
    sender: str
    period_ns: int
    first_ns: int
    count: int
    start: int
    table: tuple[str, ...]
    duration_ns: tuple[int, ...]
    late: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class RoleChanged(Event):
    """A role's value, decoded from the frame that is this entry's cause, differs from before.

    `means` holds every label that the raw value stands for; `value` is the first of them.
    """

    lane: ClassVar[str] = "can"
    bus: str
    role: str
    value: str
    means: tuple[str, ...]
    raw: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BusWoke(Event):
    """Traffic began on a bus that was silent."""

    lane: ClassVar[str] = "can"
    bus: str


@dataclass(frozen=True, slots=True)
class BusSlept(Event):
    """A bus fell silent: every node released it."""

    lane: ClassVar[str] = "can"
    bus: str


@dataclass(frozen=True, slots=True)
class BusCounted(Event):
    """How many frames a bus has carried so far, and for how long they have occupied it."""

    lane: ClassVar[str] = "can"
    bus: str
    frames: int
    busy_ns: int


@dataclass(frozen=True, slots=True)
class ErrorSeen(Event):
    """An error frame on a bus: it destroyed a frame of `sender`, stamped at its delimiter's end.

    `identifier` is -1 and `sender` "" where the interface does not tell; `flagged_by` is the node
    that saw the error alone ("": all together); `what` is error, no_acknowledge, or what the
    interface says; on LIN no_response, checksum, parity, collision or framing.
    """

    lane: ClassVar[str] = "can"
    bus: str
    identifier: int
    sender: str
    flagged_by: str
    what: str


@dataclass(frozen=True, slots=True)
class BusStateChanged(Event):
    """A node's CAN controller changed its state: error_active, error_passive, bus_off.

    `tec` and `rec` are its error counters then (-1: the interface does not tell).
    """

    lane: ClassVar[str] = "can"
    bus: str
    node: str
    state: str
    tec: int
    rec: int


@dataclass(frozen=True, slots=True)
class CutOff(Event):
    """What a fault takes away by its nature, while it is armed.

    Frames that `node` sends or is to receive ("": everybody's) with `identifier` (-1: all).
    """

    lane: ClassVar[str] = "can"
    bus: str
    node: str
    identifier: int


@dataclass(frozen=True, slots=True)
class FrameSpoiled(Event):
    """A frame was made invalid on purpose before it went: no receiver may act on it."""

    lane: ClassVar[str] = "can"
    bus: str
    identifier: int
    how: str


# ── diagnosis ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class UnitIdentified(Event):
    """A unit said what it is or how it is coded: `value` is text, or hex where it is none."""

    lane: ClassVar[str] = "can"
    unit: str
    identifier: int
    value: str


@dataclass(frozen=True, slots=True)
class CodesRead(Event):
    """A unit's stored trouble codes ("U0198-87"), "before" the outage or "after" it."""

    lane: ClassVar[str] = "can"
    unit: str
    moment: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DiagnosisFailed(Event):
    """A unit that should answer diagnosis did not, or refused."""

    lane: ClassVar[str] = "can"
    unit: str
    moment: str
    reason: str


# ── network ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class NameFailed(Event):
    """A name did not resolve for a party."""

    lane: ClassVar[str] = "link"
    party: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class ConnectionOpened(Event):
    """A party's connection reached the cloud through its link."""

    lane: ClassVar[str] = "link"
    party: str
    connection: int


@dataclass(frozen=True, slots=True)
class ConnectionClosed(Event):
    """A connection ended: how, and how many bytes had gone each way."""

    lane: ClassVar[str] = "link"
    party: str
    connection: int
    how: str
    up_bytes: int
    down_bytes: int


@dataclass(frozen=True, slots=True)
class LinkCounted(Event):
    """How many bytes a party's links have carried so far: TLS included, TCP and IP headers not."""

    lane: ClassVar[str] = "link"
    party: str
    up_bytes: int
    down_bytes: int


@dataclass(frozen=True, slots=True)
class RequestSent(Event):
    """A party sent an HTTP request (or opened a push channel)."""

    lane: ClassVar[str] = "link"
    party: str
    exchange: str
    method: str
    path: str


@dataclass(frozen=True, slots=True)
class ResponseReceived(Event):
    """A party received an HTTP response; `note` is what it made of it."""

    lane: ClassVar[str] = "link"
    party: str
    exchange: str
    status: int
    note: str


@dataclass(frozen=True, slots=True)
class ExchangeFailed(Event):
    """A party's request ended without a response: the error as the client saw it.

    `sent` tells whether the request had left: only then may it have had an effect.
    """

    lane: ClassVar[str] = "link"
    party: str
    exchange: str
    error: str
    detail: str
    sent: bool


# ── cloud and push ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class RequestServed(Event):
    """The cloud answered a request."""

    lane: ClassVar[str] = "cloud"
    party: str
    method: str
    path: str
    status: int


@dataclass(frozen=True, slots=True)
class ToldToWait(Event):
    """The cloud's answer named a time to wait: `retry_after` is its Retry-After, as it was sent."""

    lane: ClassVar[str] = "cloud"
    party: str
    path: str
    retry_after: str


@dataclass(frozen=True, slots=True)
class Maintenance(Event):
    """A maintenance of the cloud: planned (it is announced), under_way, or over.

    `from_s` and `until_s` are its announced window in POSIX seconds.
    """

    lane: ClassVar[str] = "cloud"
    state: str
    from_s: float
    until_s: float


@dataclass(frozen=True, slots=True)
class CloudLoad(Event):
    """What a limited endpoint has lived through since the last entry of this kind.

    Rates are per second: `offered` counts tries, of the crowd and of the bench's own parties, and
    `good` answers that somebody still waited for. `waiting` requests wait, `busy` workers work and
    `healthy` instances are given work, now. `latency_s` is the median of the good answers (None:
    there was none).
    """

    lane: ClassVar[str] = "cloud"
    endpoint: str
    offered_per_s: float
    good_per_s: float
    waiting: int
    busy: int
    healthy: int
    latency_s: float | None


@dataclass(frozen=True, slots=True)
class CommandState(Event):
    """A command's state in the cloud changed.

    `state` is one of created, in_progress, succeeded, failed, rejected, timed_out, unknown.
    """

    lane: ClassVar[str] = "cloud"
    command: str
    vehicle: str
    name: str
    state: str
    expires_ns: int


@dataclass(frozen=True, slots=True)
class BrokerConnect(Event):
    """An MQTT client asked the broker to be let in; `code` 0 is yes, others are the standard's."""

    lane: ClassVar[str] = "push"
    party: str
    version: str
    code: int
    session_present: bool


@dataclass(frozen=True, slots=True)
class ChannelOpened(Event):
    """The cloud has opened a push channel to a party over a WebSocket (MQTT: BrokerConnect)."""

    lane: ClassVar[str] = "push"
    party: str


@dataclass(frozen=True, slots=True)
class PushSent(Event):
    """The cloud pushed a message to a vehicle or an app."""

    lane: ClassVar[str] = "push"
    to: str
    what: str


@dataclass(frozen=True, slots=True)
class PushReceived(Event):
    """A vehicle or an app received a pushed message."""

    lane: ClassVar[str] = "push"
    party: str
    what: str


@dataclass(frozen=True, slots=True)
class EntitlementGranted(Event):
    """The right to open or start a vehicle came into force for a credential.

    `until_ns` is the bench time at which it lapses by itself (None: never).
    """

    lane: ClassVar[str] = "cloud"
    vehicle: str
    credential: str
    until_ns: int | None


@dataclass(frozen=True, slots=True)
class EntitlementRevoked(Event):
    """The right of a credential ended."""

    lane: ClassVar[str] = "cloud"
    vehicle: str
    credential: str


@dataclass(frozen=True, slots=True)
class KeyRevoked(Event):
    """The maker took a credential's right away.

    From the bench time `bound_ns` on no vehicle may open to it, whether it was told or not.
    """

    lane: ClassVar[str] = "cloud"
    vehicle: str
    credential: str
    bound_ns: int


# ── telematics unit ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class TelematicsState(Event):
    """A telematics unit changed state: asleep, waking, attaching, connected, backing_off."""

    lane: ClassVar[str] = "telematics"
    unit: str
    state: str


@dataclass(frozen=True, slots=True)
class TelematicsCommand(Event):
    """A telematics unit decided about a received command: executing, or refused and why."""

    lane: ClassVar[str] = "telematics"
    unit: str
    command: str
    name: str
    decision: str


@dataclass(frozen=True, slots=True)
class TelematicsReport(Event):
    """A telematics unit reported a command's result towards the cloud."""

    lane: ClassVar[str] = "telematics"
    unit: str
    command: str
    result: str


# ── inside a simulated unit ───────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Inside(Event):
    """What a simulated unit did where no bench can look. Never judged."""

    lane: ClassVar[str] = "car"
    unit: str
    what: str
