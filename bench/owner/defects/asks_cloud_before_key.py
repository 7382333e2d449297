"""The app asks the cloud before its key answers."""

from dataclasses import dataclass
from typing import ClassVar

from bench.owner.person import Person


@dataclass(frozen=True)
class AsksCloudBeforeKey:
    """The app contacts its backend before it answers the car by radio: it waits, then answers."""

    caught_by: ClassVar[str] = "independence"
    shown_by: ClassVar[str] = "phone keys that lag whenever the app has no network"
    example: ClassVar[str] = "ble_key unlock blackhole_syn"

    def fit(self, owner: Person) -> None:
        """Change the app's policy."""
        owner.change_app(asks_before_key_s=3.0)
