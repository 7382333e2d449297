"""The steps of a command in flight, read off the events."""

from bench.events import Claim, CommandState, Event, RequestSent, TelematicsCommand

STEPS = ("sent", "accepted", "delivered", "executed", "acknowledged", "shown")
_ENDED = {"succeeded", "failed", "rejected"}


def step_of(event: Event) -> str | None:
    """Return which step an event is; "executed" is told by the actuation, not here."""
    if isinstance(event, RequestSent) and event.party == "phone" and "/command/" in event.path:
        return "sent"
    if isinstance(event, CommandState):
        if event.state == "created":
            return "accepted"
        return "acknowledged" if event.state in _ENDED else None
    if isinstance(event, TelematicsCommand) and event.decision == "executing":
        return "delivered"
    if isinstance(event, Claim) and event.state != "working":
        return "shown"
    return None
