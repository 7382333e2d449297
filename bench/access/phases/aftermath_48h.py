"""The cloud is back after two days."""

from typing import ClassVar

from bench.access.choosing.long_aftermath import LongAftermath


class Aftermath48h(LongAftermath):
    """The cloud is back after 48 hours: the owner comes ten minutes later."""

    down_h: ClassVar[float] = 48.0
