"""The app shows what it knows of the car as if it were so now."""

from dataclasses import dataclass
from typing import ClassVar

from bench.owner.person import Person


@dataclass(frozen=True)
class ShowsStateWithoutTime:
    """The app shows the last state that it knows, and not since when."""

    caught_by: ClassVar[str] = "honest_claims"
    shown_by: ClassVar[str] = "apps that show a cached state while their cloud is away (assumed)"
    example: ClassVar[str] = ""  # an owner has to look: tests/access/test_car_view.py

    def fit(self, owner: Person) -> None:
        """Change the app's policy."""
        owner.change_app(dates_state=False)
