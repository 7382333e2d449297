"""The cloud fails when the car has moved."""

from typing import ClassVar

from bench.access.choosing.onset import Onset


class OnsetExecuted(Onset):
    """The cloud fails when the car has moved and the cloud does not know it yet."""

    after: ClassVar[str] = "executed"
    before: ClassVar[str] = "acknowledged"
