"""The cloud fails when the car has got a command."""

from typing import ClassVar

from bench.access.choosing.onset import Onset


class OnsetDelivered(Onset):
    """The cloud fails when the car has got a command and has not moved yet."""

    after: ClassVar[str] = "delivered"
    before: ClassVar[str] = "executed"
