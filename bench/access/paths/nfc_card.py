"""NFC: the key card on a reader."""

from typing import ClassVar

from bench.access.key_path import ReaderPath
from bench.owner.card import Card
from bench.owner.person import Person


class NfcCard(ReaderPath):
    """A key card held to the reader: on the pillar for the doors, on the console to start."""

    needs: ClassVar[frozenset[str]] = frozenset({"card"})
    credential: ClassVar[str] = "card-1"
    thing: ClassVar[str] = "card"
    moved: ClassVar[str] = "card"
    owner: ClassVar[str] = "phone_and_card"

    def item(self, owner: Person) -> Card | None:
        """Return the card."""
        return owner.card
