"""What happened, put in order: each attempt, what moved because of it, what was said about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.events import (
    ActSensed,
    AttemptSettled,
    Claim,
    Edge,
    Event,
    IntentBegan,
    RoleChanged,
)
from bench.events.wires import LATCH, LOCK_MOTOR
from bench.journal import Entry
from bench.judge.attempts import BENCH, Actuation, Attempt
from bench.judge.attribution import attribute
from bench.judge.latches import driven_in_vain
from bench.judge.polarity import runs_backwards
from bench.recording import ONE_PULSE, EndPoint, Header, MovementPattern, Recording
from bench.units import to_ns

VOICE = "voice_state"  # the role by which a head unit says that it listens


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
    if event.role == VOICE and "listening" in event.means:
        return "wake"
    return None


def _is_source(event: RoleChanged, roles: Mapping[str, object]) -> bool:
    return event.bus == "body" or f"body.{event.role}" not in roles


@dataclass
class Ledger:
    """A recording's attempts and actuations.

    `backwards` are movements of which the car reported the opposite: none of its actuations.
    """

    attempts: list[Attempt]
    actuations: list[Actuation]
    backwards: list[Actuation] = field(default_factory=list)

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
                pattern = recording.header.movements.get(function, ONE_PULSE)
                _gather(actuations, function, entry, pattern)
    backwards = [each for each in actuations if runs_backwards(recording, each)]
    actuations = [
        each for each in actuations
        if each not in backwards and not driven_in_vain(recording, each)
    ]  # fmt: skip
    for place, actuation in enumerate(actuations):
        attribute(actuation, recording, attempts, actuations[:place])
    return Ledger(list(attempts.values()), actuations, backwards)


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


def _gather(
    actuations: list[Actuation], function: str, entry: Entry, pattern: MovementPattern
) -> None:
    """Add an edge to the actuation that it belongs to, or begin a new one."""
    event = entry.event
    line = event.line if isinstance(event, Edge) else getattr(event, "role", "")
    for actuation in reversed(actuations):
        if entry.t_ns - actuation.t_ns > to_ns(pattern.within_s):
            break
        if actuation.function == function and actuation.pulses[line] < pattern.pulses:
            actuation.moved(line)
            return
    actuations.append(Actuation(function, entry.t_ns, entry.seq))
    actuations[-1].moved(line)
