"""The app calls doubt failure."""

from dataclasses import dataclass
from typing import ClassVar

from bench.owner.person import Person


@dataclass(frozen=True)
class DoubtIsFailure:
    """When the app cannot know, it says that it did not work, although the command still lives."""

    caught_by: ClassVar[str] = "honest_claims"
    shown_by: ClassVar[str] = "a time-out taken for an error (leapmotor-mate #73)"
    example: ClassVar[str] = "cloud_app unlock executed_ack_lost"

    def fit(self, owner: Person) -> None:
        """Change the app's policy."""
        owner.change_app(doubt="failed")
