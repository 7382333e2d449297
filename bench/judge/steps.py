"""The steps of a command in flight, read off the events."""

from bench.events import ActSensed, Claim, CommandState, Event, RequestSent, TelematicsCommand
from bench.journal import Entry
from bench.judge.ledger import Ledger
from bench.recording import Recording

STEPS = ("begun", "sent", "accepted", "delivered", "executed", "acknowledged", "shown")
_ENDED = {"succeeded", "failed", "rejected"}
_SENT = {"phone": "/command/", "head_unit": "/assistant/"}


def step_of(event: Event) -> str | None:
    """Return which step an event is; "executed" is told by the actuation, not here."""
    if isinstance(event, ActSensed):
        return "begun"
    if isinstance(event, RequestSent):
        wish = _SENT.get(event.party)
        return "sent" if wish is not None and wish in event.path else None
    if isinstance(event, CommandState):
        if event.state == "created":
            return "accepted"
        return "acknowledged" if event.state in _ENDED else None
    if isinstance(event, TelematicsCommand) and event.decision == "executing":
        return "delivered"
    if isinstance(event, Claim) and event.state != "working":
        return "shown"
    return None


def steps_of(recording: Recording, ledger: Ledger, attempt: str) -> dict[str, Entry]:
    """Return the first entry of each step that an attempt's command has reached.

    Args:
        recording: whose entries.
        ledger: what they say happened.
        attempt: its name.
    """
    found: dict[str, Entry] = {}
    mine = next((a for a in ledger.attempts if a.name == attempt), None)
    if mine is None:
        return found
    if mine.actuations:
        found["executed"] = recording.entries[mine.actuations[0].seq]
    for kind in (ActSensed, RequestSent, CommandState, TelematicsCommand, Claim):
        for entry, event in recording.of(kind):
            step = step_of(event)
            if step is not None and step not in found and recording.is_of(entry.seq, attempt):
                found[step] = entry
    return found
