"""What only a simulated unit can tell: it makes a story readable and is never judged."""

from dataclasses import dataclass
from typing import ClassVar

from bench.events.event import Event


@dataclass(frozen=True, slots=True)
class Inside(Event):
    """What a simulated unit did where no bench can look. Never judged."""

    lane: ClassVar[str] = "car"
    unit: str
    what: str
