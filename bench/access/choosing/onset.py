"""What all onsets have in common: the cloud fails while a command is under way."""

from typing import ClassVar

from bench.access.choosing.campaign_phase import CampaignPhase, Span
from bench.access.outage import Cut, Phase
from bench.access.path import Path

FLIGHT_S = 10.0  # longer than a command takes from the button to the screen


class Onset(CampaignPhase):
    """The fault begins at a step of a command's life, and before the next one.

    On a path that needs the cloud the command is the try itself. Beside any other path the owner
    has just sent a command by the app, and now uses the key.

    Attributes:
        after, before: the two steps.
    """

    of: ClassVar[str] = "onset"
    must: ClassVar[str] = "tell the owner what is known and no more; act once or not at all"
    chosen: ClassVar[tuple[str, ...]] = ("http_status", "no_coverage")
    after: ClassVar[str]
    before: ClassVar[str]

    @property
    def cut(self) -> Cut:
        """Between these steps."""
        return Cut(self.after, self.before)

    def asks(self, path: Path, intent: str, *, by_app: bool) -> bool:
        """Whether there is a command with these steps: the try itself, or one by the app."""
        if intent in path.cloud:
            return {self.after, self.before} <= set(path.steps)
        return by_app

    def is_chosen(self, path: Path, intent: str, spec: str) -> bool:
        """Whether the try itself is the command: the rest is asked by name, or in full."""
        return intent in path.cloud and super().is_chosen(path, intent, spec)

    def sends_beside(self, path: Path, intent: str) -> bool:
        """Whether the try itself is no command."""
        return intent not in path.cloud

    def flight_s(self, span: Span) -> float:
        """Send it early enough to have been cut by the time of the try."""
        return min(FLIGHT_S, span.act_s)

    def schedule(self, spec: str, span: Span) -> tuple[Phase, ...]:
        """Return one phase, that lasts until the outage would have ended anyway."""
        return (Phase(self.of, span.length_s - span.act_s, (spec,)),)
