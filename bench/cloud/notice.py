"""What a cloud announces about itself: on its status page, and in what it answers to apps."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Notice:
    """A planned maintenance, as announced.

    Attributes:
        from_s, until_s: its window, in POSIX seconds.
    """

    from_s: float
    until_s: float

    def described(self, now_s: float) -> dict[str, Any]:
        """Return it as the interface shows it."""
        state = "planned" if now_s < self.from_s else "under_way"
        return {"state": state, "from": self.from_s, "until": self.until_s}
