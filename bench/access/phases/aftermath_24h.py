"""The cloud is back after a day."""

from typing import ClassVar

from bench.access.choosing.long_aftermath import LongAftermath


class Aftermath24h(LongAftermath):
    """The cloud is back after 24 hours: the owner comes ten minutes later."""

    down_h: ClassVar[float] = 24.0
