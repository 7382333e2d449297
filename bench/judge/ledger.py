"""What happened, put in order: each attempt, what moved because of it, what was said about it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.events import (
    ActSensed,
    AttemptSettled,
    Claim,
    CommandState,
    Edge,
    Event,
    FrameSeen,
    Inside,
    IntentBegan,
    RoleChanged,
)
from bench.events.owner import ANYTHING
from bench.events.wires import LATCH, LOCK_MOTOR
from bench.journal import Entry
from bench.judge.latches import driven_in_vain
from bench.recording import EndPoint, Header, Recording
from bench.units import to_ns

TOGETHER_NS = to_ns(1.0)
BENCH = "bench"
# how the names of attempts begin
ACT, CONTROL, FLIGHT = "act", "control", "flight"
OPENINGS = ("unlock", "start")
# without known causes (a real car tells none) a movement is put down to the last attempt that
# asked for it within this time: the longest life of a command
ATTRIBUTION_NS = to_ns(120.0)
RELOCK_NS = to_ns(10.0)  # assumed: no car locks itself again sooner; 30 s are common
SETTLED_NS = to_ns(2.0)  # assumed: by then a unit has started that a recipe has reset or fed again
# assumed: by then a simulated unit acts on what a real one has said, also over a bus that slept
HEARD_NS = to_ns(2.0)


def function_of(event: Event, header: Header) -> str | None:
    """Return what a sensed event means for the car: unlock, lock, start, stop, wake; or None.

    Args:
        event: an edge on a sensed line, or a role's change.
        header: where a start ends; its roles, "bus.role", count on the first bus that has them.
    """
    if isinstance(event, Edge):
        return _of_line(event, header.start_ends)
    if isinstance(event, RoleChanged) and _is_source(event, header.roles):
        return _of_role(event, header.start_ends)
    return None


def _of_line(edge: Edge, end: EndPoint) -> str | None:
    if end.by_line and edge.line == end.name:
        return "start" if edge.level == end.means else None
    if edge.line.startswith(LOCK_MOTOR):
        return edge.level if edge.level != "idle" else None
    if edge.line.startswith(LATCH):
        return {"unlocked": "unlock", "locked": "lock"}.get(edge.level)
    return None


def _of_role(event: RoleChanged, end: EndPoint) -> str | None:
    if not end.by_line and event.role == end.name and end.means in event.means:
        return "start"
    if event.role == "power_mode":
        return "stop" if "off" in event.means else None
    if event.role == "voice_state" and "listening" in event.means:
        return "wake"
    return None


def _is_source(event: RoleChanged, roles: Mapping[str, object]) -> bool:
    return event.bus == "body" or f"body.{event.role}" not in roles


@dataclass
class Actuation:
    """Something moved: one or several lines together.

    Attributes:
        function: unlock, lock, start, stop or wake.
        t_ns: when the first of them did.
        seq: the entry of the first.
        lines: which.
        attempt: because of which attempt, by the causes (or, without them, by time); None: nobody
            knows.
        expires_ns: when the command behind it expired, where there is one.
    """

    function: str
    t_ns: int
    seq: int
    lines: list[str] = field(default_factory=list)
    attempt: str | None = None
    expires_ns: int | None = None


@dataclass
class Attempt:
    """One attempt, from wanting to the last that was said about it."""

    name: str
    owner: str
    intent: str
    path: str
    entitled: bool
    credential: str
    began_ns: int
    sensed_ns: list[int] = field(default_factory=list)
    settled_ns: int | None = None
    how: str = ""
    claims: list[tuple[int, Claim]] = field(default_factory=list)
    actuations: list[Actuation] = field(default_factory=list)

    @property
    def is_control(self) -> bool:
        """Whether it is a positive control."""
        return self.name.startswith(CONTROL)

    @property
    def is_flight(self) -> bool:
        """Whether it is a command in flight beside the try that is judged."""
        return self.name.startswith(FLIGHT)

    @property
    def acted(self) -> bool:
        """Whether anything moved because of it."""
        return bool(self.actuations)

    @property
    def act_ns(self) -> int | None:
        """The sensed act because of which it moved: of several, the last one before that."""
        moved_ns = self.actuations[0].t_ns if self.actuations else math.inf
        before = [t_ns for t_ns in self.sensed_ns if t_ns <= moved_ns]
        return max(before or self.sensed_ns[:1], default=None)

    @property
    def latency_s(self) -> float | None:
        """From the sensed act to the sensed actuation, in seconds."""
        if self.act_ns is None or not self.actuations:
            return None
        return (self.actuations[0].t_ns - self.act_ns) / 1e9

    @property
    def last_claim(self) -> str | None:
        """The last state that the owner was told, other than "working"."""
        told = [claim.state for _, claim in self.claims if claim.state != "working"]
        return told[-1] if told else None

    @property
    def outcome(self) -> str:
        """acted, late, twice, refused or no_effect."""
        if len(self.actuations) > 1:
            return "twice"
        if self.actuations:
            late = self.settled_ns is not None and self.actuations[0].t_ns > self.settled_ns
            return "late" if late else "acted"
        return "refused" if self.last_claim == "failed" else "no_effect"


@dataclass
class Ledger:
    """A recording's attempts and actuations."""

    attempts: list[Attempt]
    actuations: list[Actuation]

    @property
    def acts(self) -> list[Attempt]:
        """The owner's tries that are judged: no controls, no flights, none of the bench's own."""
        return [a for a in self.flights_and_acts if not a.is_flight]

    @property
    def flights_and_acts(self) -> list[Attempt]:
        """The owner's tries, and the commands that were in flight beside them."""
        return [a for a in self.attempts if not a.is_control and a.owner != BENCH]

    @property
    def controls(self) -> list[Attempt]:
        """The positive controls."""
        return [attempt for attempt in self.attempts if attempt.is_control]


def make_ledger(recording: Recording) -> Ledger:
    """Return what a recording's entries say happened."""
    attempts: dict[str, Attempt] = {}
    actuations: list[Actuation] = []
    reported: set[tuple[str, str]] = set()
    for entry in recording.entries:
        event = entry.event
        if isinstance(event, IntentBegan):
            attempts[event.attempt] = Attempt(
                event.attempt, event.owner, event.intent, event.path,
                event.entitled, event.credential, entry.t_ns,
            )  # fmt: skip
        elif isinstance(event, ActSensed | AttemptSettled | Claim):
            _note(attempts.get(event.attempt), entry)
        elif isinstance(event, RoleChanged) and _is_first(event, recording, reported):
            reported.add((event.bus, event.role))  # how it stood, not a movement
        else:
            function = function_of(event, recording.header)
            if function is not None:
                _gather(actuations, function, entry)
    actuations = [each for each in actuations if not driven_in_vain(recording, each)]
    for place, actuation in enumerate(actuations):
        _attribute(actuation, recording, attempts, actuations[:place])
    return Ledger(list(attempts.values()), actuations)


def _is_first(event: RoleChanged, recording: Recording, reported: set[tuple[str, str]]) -> bool:
    end = recording.header.start_ends
    happens = end.event and event.role == end.name
    return not happens and (event.bus, event.role) not in reported


def _note(attempt: Attempt | None, entry: Entry) -> None:
    event = entry.event
    if attempt is None:
        return
    if isinstance(event, ActSensed):
        attempt.sensed_ns.append(entry.t_ns)
    elif isinstance(event, AttemptSettled):
        attempt.settled_ns, attempt.how = entry.t_ns, event.how
    elif isinstance(event, Claim):
        attempt.claims.append((entry.t_ns, event))


def _gather(actuations: list[Actuation], function: str, entry: Entry) -> None:
    """Add an edge to the actuation that it belongs to, or begin a new one."""
    event = entry.event
    line = event.line if isinstance(event, Edge) else getattr(event, "role", "")
    for actuation in reversed(actuations):
        if entry.t_ns - actuation.t_ns > TOGETHER_NS:
            break
        if actuation.function == function and line not in actuation.lines:
            actuation.lines.append(line)
            return
    actuations.append(Actuation(function, entry.t_ns, entry.seq, [line]))


def _tells_cause(recording: Recording, seq: int) -> bool:
    """Whether it is on record why something moved: what a real unit's frame says tells nothing.

    Nor does a simulated unit tell that acts on such a frame.
    """
    *_, root = recording.causes(seq)
    if isinstance(root.event, Inside):
        return not _acts_on_a_real_unit(recording, root)
    return root.seq != seq and not _is_from_outside(root)


def _acts_on_a_real_unit(recording: Recording, root: Entry) -> bool:
    """Whether a simulated unit may do something because of a real one's frame.

    It hears it by itself, before or after the bench has on record what is new in it.
    """
    return recording.header.stamp == "hardware" and any(
        abs(entry.t_ns - root.t_ns) <= HEARD_NS
        and _is_from_outside([*recording.causes(entry.seq)][-1])
        for entry, _ in recording.of(RoleChanged)
    )


def _is_from_outside(root: Entry) -> bool:
    return isinstance(root.event, FrameSeen) and not root.event.sender


def _attribute(
    actuation: Actuation,
    recording: Recording,
    attempts: dict[str, Attempt],
    earlier: Sequence[Actuation],
) -> None:
    """Find the attempt behind an actuation, and the expiry of the command between them."""
    for entry in recording.causes(actuation.seq):
        event = entry.event
        if isinstance(event, CommandState):
            actuation.expires_ns = event.expires_ns
        if isinstance(event, IntentBegan):
            actuation.attempt = event.attempt
    if actuation.attempt is None and not _tells_cause(recording, actuation.seq):
        actuation.attempt = _asked_shortly_before(actuation, attempts, earlier)
        actuation.expires_ns = _expiry_of(recording, actuation)
    attempt = attempts.get(actuation.attempt or "")
    if attempt is not None and attempt.intent == actuation.function:
        attempt.actuations.append(actuation)


def _asked_shortly_before(
    actuation: Actuation, attempts: Mapping[str, Attempt], earlier: Sequence[Actuation]
) -> str | None:
    """Return the last attempt that asked for what moved, or may have."""
    since_ns = _locks_itself_ns(actuation, earlier)
    candidates = [
        a
        for a in attempts.values()
        if since_ns <= a.began_ns <= actuation.t_ns <= _moves_until_ns(a)
    ]
    for intent in (actuation.function, ANYTHING):
        asked = [a.name for a in candidates if a.intent == intent]
        if asked:
            return asked[-1]
    return None


def _locks_itself_ns(actuation: Actuation, earlier: Sequence[Actuation]) -> int:
    """Return when the doors came open that a car may have locked by itself (0: it has not).

    Who asked for a lock before that has no part in this one: locking again is a declared function.
    """
    unlocked = [a.t_ns for a in earlier if a.function == "unlock"]
    if actuation.function != "lock" or not unlocked:
        return 0
    return unlocked[-1] if actuation.t_ns - unlocked[-1] >= RELOCK_NS else 0


def _moves_until_ns(attempt: Attempt) -> int:
    """Return until when something may move because of an attempt.

    A recipe moves what it moves while it is applied: what the car does later, as locking again
    by itself, is none of its doing.
    """
    if attempt.owner == BENCH and attempt.settled_ns is not None:
        return attempt.settled_ns + SETTLED_NS
    return attempt.began_ns + ATTRIBUTION_NS


def _expiry_of(recording: Recording, actuation: Actuation) -> int | None:
    """Return when the command of the attempt behind an actuation expired: the cloud tells that."""
    for entry, event in recording.of(CommandState):
        if entry.t_ns <= actuation.t_ns and any(
            isinstance(each.event, IntentBegan) and each.event.attempt == actuation.attempt
            for each in recording.causes(entry.seq)
        ):
            return event.expires_ns
    return None
