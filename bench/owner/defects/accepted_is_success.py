"""The app takes "accepted" for "done"."""

from dataclasses import dataclass
from typing import ClassVar

from bench.owner.person import Person


@dataclass(frozen=True)
class AcceptedIsSuccess:
    """The app tells the owner that it worked as soon as the cloud has accepted the command."""

    caught_by: ClassVar[str] = "honest_claims"
    shown_by: ClassVar[str] = "HTTP 200 for a command does not mean executed"
    example: ClassVar[str] = "cloud_app unlock accepted_but_lost"

    def fit(self, owner: Person) -> None:
        """Change the app's policy."""
        owner.change_app(accepted_is_success=True)
