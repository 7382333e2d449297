"""Because of which attempt something moved: by its causes or, without them, by time."""

from collections.abc import Iterator, Mapping, Sequence

from bench.events import CommandState, FrameSeen, Inside, IntentBegan, RoleChanged
from bench.events.owner import ANYTHING
from bench.journal import Entry
from bench.judge.attempts import BENCH, Actuation, Attempt
from bench.recording import Recording
from bench.units import to_ns

# without known causes (a real car tells none) a movement is put down to the last attempt that
# asked for it within this time: the longest life of a command
ATTRIBUTION_NS = to_ns(120.0)
RELOCK_NS = to_ns(10.0)  # assumed: no car locks itself again sooner; 30 s are common
SETTLED_NS = to_ns(2.0)  # assumed: by then a unit has started that a recipe has reset or fed again
# assumed: by then a simulated unit acts on what a real one has said, also over a bus that slept
HEARD_NS = to_ns(2.0)


def attribute(
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
        actuation.attempt = _asked_shortly_before(recording, actuation, attempts, earlier)
        actuation.expires_ns = _expiry_of(recording, actuation)
    attempt = attempts.get(actuation.attempt or "")
    if attempt is not None and attempt.intent == actuation.function:
        attempt.actuations.append(actuation)


def _tells_cause(recording: Recording, seq: int) -> bool:
    """Whether it is on record why something moved: what a real unit's frame says tells nothing.

    Nor does a simulated unit tell, by what is inside it or by a frame, that acts on such a frame.
    """
    *_, root = recording.causes(seq)
    if root.seq == seq or _is_from_outside(root):
        return False
    by_itself = isinstance(root.event, Inside | FrameSeen)
    return not (by_itself and _acts_on_a_real_unit(recording, root))


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


def _asked_shortly_before(
    recording: Recording,
    actuation: Actuation,
    attempts: Mapping[str, Attempt],
    earlier: Sequence[Actuation],
) -> str | None:
    """Return the last attempt that asked for what moved, or may have."""
    opened_ns = _opened_ns(actuation, earlier)
    candidates = [
        a
        for a in attempts.values()
        if a.began_ns <= actuation.t_ns <= _moves_until_ns(a)
        and (a.began_ns >= opened_ns or _is_under_way(recording, a, actuation.t_ns))
    ]
    for intent in (actuation.function, ANYTHING):
        asked = [
            a.name for a in candidates if a.intent == intent and not _is_followed(a, candidates)
        ]
        if asked:
            return asked[-1]
    return None


def _is_followed(attempt: Attempt, candidates: Sequence[Attempt]) -> bool:
    """Whether the bench itself was at its next recipe by then: what moves is put down to that."""
    return attempt.owner == BENCH and any(
        each.owner == BENCH and each.began_ns >= attempt.ended_ns for each in candidates
    )


def _opened_ns(actuation: Actuation, earlier: Sequence[Actuation]) -> int:
    """Return when the doors came open that a car may have locked by itself (0: it has not)."""
    unlocked = [a.t_ns for a in earlier if a.function == "unlock"]
    if actuation.function != "lock" or not unlocked:
        return 0
    return unlocked[-1] if actuation.t_ns - unlocked[-1] >= RELOCK_NS else 0


def _moves_until_ns(attempt: Attempt) -> int:
    """Return until when something may move because of an attempt.

    A recipe moves what it moves while it is applied.
    """
    if attempt.owner == BENCH and attempt.settled_ns is not None:
        return attempt.settled_ns + SETTLED_NS
    return attempt.began_ns + ATTRIBUTION_NS


def _is_under_way(recording: Recording, attempt: Attempt, at_ns: int) -> bool:
    """Whether an attempt that began before the doors came open may be why they are locked again.

    Locking again is a declared function of a car's own; but a command may arrive late, and the
    cloud tells when it is delivered and when it has ended.
    """
    commands = _commands_of(recording, attempt.name)
    told = [event.state for entry, event in commands if entry.t_ns <= at_ns]
    return not attempt.acted and told[-1:] == ["in_progress"]


def _expiry_of(recording: Recording, actuation: Actuation) -> int | None:
    """Return when the command of the attempt behind an actuation expired: the cloud tells that."""
    commands = _commands_of(recording, actuation.attempt)
    told = (event.expires_ns for entry, event in commands if entry.t_ns <= actuation.t_ns)
    return next(told, None)


def _commands_of(recording: Recording, attempt: str | None) -> Iterator[tuple[Entry, CommandState]]:
    """Yield what the cloud has said of an attempt's commands."""
    for entry, event in recording.of(CommandState):
        if recording.is_of(entry.seq, attempt):
            yield entry, event
