"""Relays and supplies: what they were told, and what they read back."""

from dataclasses import dataclass
from typing import ClassVar

from bench.events.event import Event


@dataclass(frozen=True, slots=True)
class RelaySwitched(Event):
    """A relay was told to move; `verified` is what its board read back (None: it cannot)."""

    lane: ClassVar[str] = "relay"
    board: str
    channel: str
    closed: bool
    verified: bool | None


@dataclass(frozen=True, slots=True)
class SupplySwitched(Event):
    """A supply output was switched; `verified` is what it read back (None: it cannot)."""

    lane: ClassVar[str] = "supply"
    supply: str
    channel: str
    on: bool
    verified: bool | None


@dataclass(frozen=True, slots=True)
class SupplySet(Event):
    """A supply was told another voltage; `measured_v` is what it measured then (None: unasked).

    `net` is what it feeds, where the bench file says so, by `net` or by the supply's name.
    """

    lane: ClassVar[str] = "supply"
    supply: str
    volts: float
    measured_v: float | None
    net: str = ""


@dataclass(frozen=True, slots=True)
class SupplyLimited(Event):
    """A supply was in current limit: it drew `amperes` and could hold only `volts`."""

    lane: ClassVar[str] = "supply"
    supply: str
    amperes: float
    limit_a: float
    volts: float


@dataclass(frozen=True, slots=True)
class SupplyCurrent(Event):
    """What a supply read back as its current, from this moment on until it says another.

    `error_a` is how far off that may be, by the bench file; `volts` the voltage that it read back
    at the same moment (None: an older recording).
    """

    lane: ClassVar[str] = "supply"
    supply: str
    amperes: float
    error_a: float
    volts: float | None = None
