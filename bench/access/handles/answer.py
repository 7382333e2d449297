"""A yes or no that says why, also where pytest shows nothing but its value."""

from functools import wraps
from typing import Any


class Answer(int):
    """True or false, in a sentence what made it so, and whether anybody has looked at it.

    >>> bool(Answer(False, "opened after 2 s, not within 1 s"))
    False

    Attributes:
        says: what made it so.
        call: how it was asked for.
        looked_at: whether it was asserted, compared, counted or shown.
    """

    says: str
    call: str
    looked_at: bool

    def __new__(cls, holds: bool, says: str, call: str = "") -> "Answer":
        """Return an answer; it counts as True or False does."""
        answer = super().__new__(cls, holds)
        answer.says, answer.call, answer.looked_at = says, call, False
        return answer

    def __repr__(self) -> str:
        return f"{bool(self)}: {self.says}"


def _looking(name: str) -> Any:
    """Return what does as an int does, and remembers that somebody has looked."""
    plain = getattr(int, name)

    @wraps(plain)
    def look(self: Answer, *others: Any) -> Any:
        for answer in (self, *others):
            if isinstance(answer, Answer):
                answer.looked_at = True
        return plain(self, *others)

    return look


# all that a test does with a yes or no: assert it, compare it, count how many there are
for _name in (
    "bool", "int", "index", "hash", "eq", "ne", "lt", "le", "gt", "ge", "add", "radd", "and", "or",
):  # fmt: skip
    setattr(Answer, f"__{_name}__", _looking(f"__{_name}__"))
