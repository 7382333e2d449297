"""Rights to open and start a vehicle, as they come into force and end."""

from dataclasses import dataclass
from typing import ClassVar

from bench.events.event import Event


@dataclass(frozen=True, slots=True)
class EntitlementGranted(Event):
    """The right to open or start a vehicle came into force for a credential.

    `until_ns` is the bench time at which it lapses by itself (None: never).
    """

    lane: ClassVar[str] = "cloud"
    vehicle: str
    credential: str
    until_ns: int | None


@dataclass(frozen=True, slots=True)
class EntitlementRevoked(Event):
    """The right of a credential ended."""

    lane: ClassVar[str] = "cloud"
    vehicle: str
    credential: str


@dataclass(frozen=True, slots=True)
class KeyRevoked(Event):
    """The maker took a credential's right away.

    From the bench time `bound_ns` on no vehicle may open to it, whether it was told or not.
    """

    lane: ClassVar[str] = "cloud"
    vehicle: str
    credential: str
    bound_ns: int
