"""Contacts that are held by a current, and whether their boards say so still.

A board that was without power for a moment has let go of them, and the car has seen that.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress

from bench.config.contact import Contact

WORDS = {True: "closed", False: "open"}


class HeldContacts:
    """How each contact was last told to stand, of those that need a current for that."""

    def __init__(self) -> None:
        self._held: dict[str, bool] = {}

    def switched(self, function: str, contact: Contact, *, closed: bool) -> None:
        """Be told that a contact was switched."""
        if contact.energised(closed=closed):
            self._held[function] = closed
        else:
            self._held.pop(function, None)

    def fallen(self, read: Callable[[str], bool | None]) -> Iterator[str]:
        """Yield which of them does not stand so any more.

        Args:
            read: returns whether a contact is closed, by what its board says (None: it cannot).
        """
        for function, closed in self._held.items():
            with suppress(Exception):  # whoever makes it safe next says what is wrong
                if read(function) is (not closed):
                    yield (
                        f"{function} was held {WORDS[closed]}, and its board says that it is "
                        f"{WORDS[not closed]}: was the board without power?"
                    )
