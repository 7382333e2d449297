"""What owners wanted and did, and what the app told them."""

from dataclasses import dataclass
from typing import ClassVar

from bench.events.event import Event

ANYTHING = "anything"  # the intent of a stimulus that a test gives by hand


@dataclass(frozen=True, slots=True)
class IntentBegan(Event):
    """Somebody began to want something and chose a way to get it.

    `entitled` is what the bench knows: a thief is not. `credential` is the digital key that is
    used ("" on other paths): whether it was in force then, the entitlement events say. The owner
    "bench" is the bench itself, restoring a starting state.
    """

    lane: ClassVar[str] = "owner"
    attempt: str
    owner: str
    intent: str
    path: str
    entitled: bool
    credential: str


@dataclass(frozen=True, slots=True)
class ActSensed(Event):
    """The owner's act as the bench senses it: a handle's contact, a tap, a button, a telegram."""

    lane: ClassVar[str] = "owner"
    attempt: str
    act: str


@dataclass(frozen=True, slots=True)
class AttemptSettled(Event):
    """The bench stopped waiting for an attempt: it acted, it was refused, or time was up."""

    lane: ClassVar[str] = "owner"
    attempt: str
    how: str


@dataclass(frozen=True, slots=True)
class Claim(Event):
    """What the app told the owner: a state and the words on the screen.

    `state` is one of working, succeeded, failed, unknown.
    """

    lane: ClassVar[str] = "phone"
    owner: str
    attempt: str
    state: str
    text: str


@dataclass(frozen=True, slots=True)
class AdviceFollowed(Event):
    """The owner did what owners are told to do; `worked` is whether that worked as such."""

    lane: ClassVar[str] = "owner"
    owner: str
    advice: str
    worked: bool


@dataclass(frozen=True, slots=True)
class StateShown(Event):
    """The app showed the owner a state of the car, by its role ("" : it knows none).

    `as_of_s` is since when, in POSIX seconds, as shown; 0: it was shown as current.
    """

    lane: ClassVar[str] = "phone"
    owner: str
    role: str
    value: str
    as_of_s: float
    text: str


@dataclass(frozen=True, slots=True)
class NoticeShown(Event):
    """The app told the owner of a maintenance: planned or under_way, its window, the words.

    `from_s` and `until_s` are calendar times in POSIX seconds, as shown.
    """

    lane: ClassVar[str] = "phone"
    owner: str
    attempt: str
    state: str
    from_s: float
    until_s: float
    text: str
