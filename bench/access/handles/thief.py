"""A thief in a test's hands."""

from bench.access.handles.world import World
from bench.access.intent import INTENTS
from bench.errors import NotFitted, nearest
from bench.events import IntentBegan
from bench.owner.thief import NAME, Thief
from bench.radio.air import TRAITS, Channel


class ThiefHandle:
    """Somebody who has no right to the car. Whatever opens for a thief fails the test."""

    def __init__(self, bench: World) -> None:
        self._bench = bench
        self._thief = Thief(bench.station.air)
        self._thief.listen()
        self._count = 0

    def replay(self, channel: Channel, *, intent: str = "unlock", wait_s: float = 3.0) -> None:
        """Send again what was heard last on a channel, and give the car time to fall for it.

        Raises:
            NotFitted: nothing was heard on that channel yet.
        """
        if channel not in TRAITS:
            raise NotFitted(f'no channel "{channel}" is on the air: {nearest(channel, TRAITS)}')
        if intent not in INTENTS:
            raise NotFitted(f"a thief wants one of {', '.join(INTENTS)}, not {intent}")
        bench = self._bench
        bench.stimulate()
        self._count += 1
        event = IntentBegan(
            f"theft-{self._count}", NAME, intent, f"replay on {channel}",
            entitled=False, credential="",
        )  # fmt: skip
        seq = bench.journal.write(event)
        if not bench.run(self._thief.replay(channel, seq)):
            raise NotFitted(f"nothing was heard on {channel} that could be replayed")
        bench.wait(wait_s)
