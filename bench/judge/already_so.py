"""Whether a car that moved nothing stood as it was asked to, and has said that it is done.

Many a car that is locked does not drive its motors to lock it again, and answers "done": that is
true. Without its answer nobody knows whether it was asked.
"""

from bench.events import RoleChanged
from bench.events.doors import DOORS, own_bus
from bench.judge.attempts import Attempt
from bench.judge.latches import STANDS
from bench.recording import Recording

ANSWER, DONE = "remote_response", "done"


def already_so(recording: Recording, attempt: Attempt, until_ns: int) -> bool:
    """Whether that is so of an attempt, from its beginning until then."""
    wanted = STANDS.get(attempt.intent)
    answered = any(
        event.role == ANSWER and DONE in event.means and attempt.began_ns <= entry.t_ns <= until_ns
        for entry, event in recording.of(RoleChanged)
    )
    return wanted is not None and answered and _stood(recording, wanted, attempt, until_ns)


def _stood(recording: Recording, wanted: str, attempt: Attempt, until_ns: int) -> bool:
    """Whether the doors stood so at any time of it, by what their own unit reports."""
    doors = [(entry, event) for entry, event in recording.of(RoleChanged) if event.role == DOORS]
    source = own_bus([event.bus for _, event in doors])
    told = [
        (entry.t_ns, event.means)
        for entry, event in doors
        if event.bus == source and entry.t_ns <= until_ns
    ]
    before = [means for t_ns, means in told if t_ns <= attempt.began_ns][-1:]
    return any(wanted in means for means in before) or any(
        wanted in means for t_ns, means in told if t_ns > attempt.began_ns
    )
