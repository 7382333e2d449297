"""The app does not pass on an announcement."""

from dataclasses import dataclass
from typing import ClassVar

from bench.owner.person import Person


@dataclass(frozen=True)
class KeepsNoticeToItself:
    """The app is told of a planned maintenance and does not tell its owner."""

    caught_by: ClassVar[str] = "honest_claims"
    shown_by: ClassVar[str] = (
        "GWM, 21 March 2025: owners asked to be told of maintenance in advance"
    )
    example: ClassVar[str] = "cloud_app unlock planned_maintenance:notice_s=60"

    def fit(self, owner: Person) -> None:
        """Change the app's policy."""
        owner.change_app(announces=False)
