"""Shared keys that live as long as the owner's."""

from dataclasses import dataclass
from typing import ClassVar

from bench.cloud.backend import Backend


@dataclass(frozen=True)
class UnboundedShare:
    """The right of a shared key is issued for as long as an owner's.

    So long as its car cannot be told, a key that was taken away opens.
    """

    caught_by: ClassVar[str] = "no_unauthorised_opening"
    shown_by: ClassVar[str] = "assumed; rental and shared keys after their end"
    example: ClassVar[str] = ""

    def fit(self, cloud: Backend) -> None:
        """Issue every right alike."""
        cloud.state.keys.bounds_shared = False
