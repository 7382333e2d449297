"""What units said when they were asked by diagnosis."""

from dataclasses import dataclass
from typing import ClassVar

from bench.events.event import Event


@dataclass(frozen=True, slots=True)
class UnitIdentified(Event):
    """A unit said what it is or how it is coded: `value` is text, or hex where it is none."""

    lane: ClassVar[str] = "can"
    unit: str
    identifier: int
    value: str


@dataclass(frozen=True, slots=True)
class CodesRead(Event):
    """A unit's stored trouble codes ("U0198-87"), "before" the outage or "after" it."""

    lane: ClassVar[str] = "can"
    unit: str
    moment: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DiagnosisFailed(Event):
    """A unit that should answer diagnosis did not, or refused."""

    lane: ClassVar[str] = "can"
    unit: str
    moment: str
    reason: str
