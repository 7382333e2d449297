"""The app shows a notice whose time has passed."""

from dataclasses import dataclass
from typing import ClassVar

from bench.owner.person import Person


@dataclass(frozen=True)
class ShowsOldNotice:
    """The app shows any notice that it is given, also of a maintenance that is over."""

    caught_by: ClassVar[str] = "honest_claims"
    shown_by: ClassVar[str] = "status pages that nobody takes back after a maintenance (assumed)"
    example: ClassVar[str] = "cloud_app unlock planned_maintenance:notice_s=5,window_s=10,page=left"

    def fit(self, owner: Person) -> None:
        """Change the app's policy."""
        owner.change_app(drops_old_notices=False)
