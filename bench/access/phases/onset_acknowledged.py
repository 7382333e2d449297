"""The cloud fails when it knows the result."""

from typing import ClassVar

from bench.access.choosing.onset import Onset


class OnsetAcknowledged(Onset):
    """The cloud fails when it knows the result and the owner has not been told yet."""

    after: ClassVar[str] = "acknowledged"
    before: ClassVar[str] = "shown"
