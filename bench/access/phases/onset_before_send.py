"""The cloud fails before a command is sent."""

from typing import ClassVar

from bench.access.choosing.onset import Onset


class OnsetBeforeSend(Onset):
    """The cloud fails between the owner's tap and the request."""

    after: ClassVar[str] = "begun"
    before: ClassVar[str] = "sent"
