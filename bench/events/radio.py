"""Telegrams of keys and fobs, heard or not."""

from dataclasses import dataclass
from typing import ClassVar

from bench.events.event import Event


@dataclass(frozen=True, slots=True)
class Telegram(Event):
    """A radio telegram that was heard: `what` names its content, `size` its bytes."""

    lane: ClassVar[str] = "radio"
    channel: str
    sender: str
    receiver: str
    what: str
    size: int


@dataclass(frozen=True, slots=True)
class TelegramLost(Event):
    """A radio telegram that nobody heard, and why."""

    lane: ClassVar[str] = "radio"
    channel: str
    sender: str
    what: str
    reason: str
