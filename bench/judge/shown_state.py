"""Whether the app showed a state of the car as current that the car was not in."""

from bench.events import RoleChanged, StateShown
from bench.events.doors import BODY
from bench.judge.verdict import Case


def stale(case: Case) -> str | None:
    """Return what was shown as current and was not so, or None.

    What is shown with the time at which the car reported it is no lie, however old it is. Of a car
    that tells nobody how it stands nothing can be said.
    """
    for entry, shown in case.recording.of(StateShown):
        if shown.as_of_s or not shown.value:
            continue
        told = [
            event
            for at, event in case.recording.of(RoleChanged)
            if at.seq < entry.seq and event.role == shown.role and event.bus == BODY
        ]
        if told and shown.value not in told[-1].means:
            return f'stale: "{shown.text}" shown as current, and the car was {told[-1].value}'
    return None
