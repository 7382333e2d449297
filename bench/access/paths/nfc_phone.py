"""NFC: the phone on a reader."""

from typing import ClassVar

from bench.access.key_path import ReaderPath
from bench.owner.person import Person
from bench.owner.phone import Phone


class NfcPhone(ReaderPath):
    """A phone held to the reader: on the pillar for the doors, on the console to start."""

    needs: ClassVar[frozenset[str]] = frozenset({"phone_nfc"})
    credential: ClassVar[str] = "phone-1"
    thing: ClassVar[str] = "phone"

    def item(self, owner: Person) -> Phone | None:
        """Return the phone."""
        return owner.phone
