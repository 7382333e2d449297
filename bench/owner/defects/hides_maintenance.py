"""The app does not say that it is a maintenance."""

from dataclasses import dataclass
from typing import ClassVar

from bench.owner.person import Person


@dataclass(frozen=True)
class HidesMaintenance:
    """In a maintenance the app says that the service is unavailable, and not why and until when."""

    caught_by: ClassVar[str] = "honest_claims"
    shown_by: ClassVar[str] = "GWM, 21 March 2025: a bare 503 in the app, and owners who waited"
    example: ClassVar[str] = "cloud_app unlock planned_maintenance"

    def fit(self, owner: Person) -> None:
        """Change the app's policy."""
        owner.change_app(names_maintenance=False)
