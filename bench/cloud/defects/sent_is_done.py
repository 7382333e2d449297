"""A command that was sent counts as executed."""

from dataclasses import dataclass
from typing import ClassVar

from bench.cloud.backend import Backend


@dataclass(frozen=True)
class SentIsDone:
    """The cloud calls a command a success as soon as it has pushed it, whatever the car does."""

    caught_by: ClassVar[str] = "honest_claims"
    shown_by: ClassVar[str] = "a success message without an unlock (egmp-bluelink-scriptable #22)"
    example: ClassVar[str] = "cloud_app unlock latency:delay_s=8,side=car"

    def fit(self, cloud: Backend) -> None:
        """Count what was sent as done."""
        cloud.state.commands.sent_is_done = True
