"""What an owner can want, and how the car stands before it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Intent:
    """Something to want.

    Attributes:
        where: where the owner is ("door" or "seat").
        locked, mode: how the car stands at the beginning.
        repeatable: whether it can be tried again in the same set-up.
    """

    where: str
    locked: bool
    mode: str
    repeatable: bool = True


INTENTS = {
    "unlock": Intent("door", locked=True, mode="off"),
    "lock": Intent("door", locked=False, mode="off"),
    "start": Intent("seat", locked=False, mode="off"),
    "stop": Intent("seat", locked=False, mode="ready", repeatable=False),
    "wake": Intent("seat", locked=False, mode="off"),
}
