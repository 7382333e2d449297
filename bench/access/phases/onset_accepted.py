"""The cloud fails when it has accepted a command."""

from typing import ClassVar

from bench.access.choosing.onset import Onset


class OnsetAccepted(Onset):
    """The cloud fails when it has accepted a command and the car does not have it yet."""

    after: ClassVar[str] = "accepted"
    before: ClassVar[str] = "delivered"
