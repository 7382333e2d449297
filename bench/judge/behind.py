"""What stands behind a movement: its causes or, where a real unit tells none, what was asked."""

from collections.abc import Collection, Iterator
from typing import Any

from bench.events import FramePassed, FrameSeen, FrameSpoiled, IntentBegan, RoleChanged
from bench.journal import Entry
from bench.judge.attempts import Actuation, Attempt
from bench.recording import Recording


def behind(recording: Recording, act: Attempt, actuation: Actuation) -> Iterator[Entry]:
    """Yield what stands behind a movement that an attempt brought about.

    A real unit does not tell why it moved the car. What the attempt had set off on the buses until
    then is known all the same, as far as the bench's own units sent it.
    """
    yield from recording.causes(actuation.seq)
    if tells_cause(recording, actuation):
        return
    for entry, _ in recording.of(RoleChanged):
        if _is_between(entry, act, actuation) and recording.is_of(entry.seq, act.name):
            yield from recording.causes(entry.seq)


def tells_cause(recording: Recording, actuation: Actuation) -> bool:
    """Whether a movement's causes lead to somebody who wanted it."""
    return any(isinstance(e.event, IntentBegan) for e in recording.causes(actuation.seq))


def asked_only_by_spoiled(
    recording: Recording, act: Attempt, actuation: Actuation
) -> FrameSpoiled | None:
    """Return what was done to the frames that asked for a movement by its name, if to all of them.

    None where no frame asked for it so (a contact did, say), or one did that was sound.
    """
    asking = set(_asking(recording, act, actuation))
    own = {frame.sender for _, frame in recording.of(FrameSeen)} - {""}
    frames = [
        entry
        for entry, frame in recording.of(FrameSeen)
        if frame.sender
        and _is_between(entry, act, actuation)
        and (frame.bus, frame.identifier) in asking
        and not _is_among(own, frame, recording)
    ]
    spoiled = [spoiled_by(recording, frame) for frame in frames]
    return spoiled[0] if spoiled and all(spoiled) else None


def roles_in(frame: FrameSeen | FramePassed, recording: Recording) -> Iterator[dict[str, Any]]:
    """Yield the roles that a frame carries."""
    for name, role in recording.header.roles.items():
        bus = name.partition(".")[0]
        if bus == frame.bus and role["identifier"] == frame.identifier:
            yield role


def _is_among(own: Collection[str], frame: FrameSeen, recording: Recording) -> bool:
    """Whether a frame is, by its database, for nobody but the bench's own units."""
    heard_by = {r for role in roles_in(frame, recording) for r in role.get("receivers", ())}
    return bool(heard_by) and heard_by <= set(own)


def spoiled_by(recording: Recording, frame: Entry) -> FrameSpoiled | None:
    """Return what was done to a frame before it went, or None."""
    causes = (entry.event for entry in recording.causes(frame.seq))
    return next((event for event in causes if isinstance(event, FrameSpoiled)), None)


def _asking(recording: Recording, act: Attempt, actuation: Actuation) -> Iterator[tuple[str, int]]:
    """Yield the messages, by bus and identifier, that asked for a movement by its name."""
    for entry, changed in recording.of(RoleChanged):
        if actuation.function in changed.means and _is_between(entry, act, actuation):
            for each in recording.causes(entry.cause):
                if isinstance(each.event, FrameSeen):
                    yield each.event.bus, each.event.identifier
                    break


def _is_between(entry: Entry, act: Attempt, actuation: Actuation) -> bool:
    """Whether an entry was written after an attempt began and before it moved the car."""
    return act.began_ns <= entry.t_ns <= actuation.t_ns
