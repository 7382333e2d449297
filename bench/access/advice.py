"""Advice: what owners are told to do when the app does not work."""

from abc import ABC, abstractmethod
from typing import ClassVar, cast

from bench.owner.app import App
from bench.registry import Registry, registry


def advices() -> Registry:
    """Return all the advice there is."""
    return registry("advice", "access/advices")


def get_advice(name: str) -> "Advice":
    """Return advice by name; raises UnknownName."""
    return cast("Advice", advices().get(name)())


class Advice(ABC):
    """Something that an owner does with the phone before trying again.

    Attributes:
        given_by: who gave it, and when.
    """

    given_by: ClassVar[str]

    @abstractmethod
    async def follow(self, app: App, cause: int) -> bool:
        """Do it; return whether it worked as such."""
