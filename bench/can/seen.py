"""A message that was seen on a bus, decoded when somebody asks."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bench.can.databases import decode

if TYPE_CHECKING:
    from cantools.database.can import Message

Signals = dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """A message that was seen.

    Attributes:
        t_ns: when its frame had ended.
        data: its payload.
    """

    t_ns: int
    data: bytes
    _message: "Message" = field(repr=False)

    @cached_property
    def raw(self) -> dict[str, int]:
        """Raw values."""
        return {name: int(value) for name, value in decode(self._message, self.data).items()}

    @cached_property
    def signals(self) -> Signals:
        """Physical values, labels where the database has a value table."""
        decoded = decode(self._message, self.data, physical=True)
        return {n: v if isinstance(v, int | float) else str(v) for n, v in decoded.items()}
