"""What a test does itself, without an owner: on the record, so that it is not unasked for."""

from bench.access.handles.world import World
from bench.events import IntentBegan
from bench.events.owner import ANYTHING
from bench.judge.attempts import BENCH


def by_hand(bench: World, what: str) -> int:
    """Record that the test itself asks for something, by a contact or a message."""
    name = f"stimulus-{len(bench.journal.entries)}"
    return bench.journal.write(
        IntentBegan(name, BENCH, ANYTHING, what, entitled=True, credential="")
    )
