"""A yes or no that says why, also where pytest shows nothing but its value."""


class Answer(int):
    """True or false, and in a sentence what made it so.

    >>> bool(Answer(False, "opened after 2 s, not within 1 s"))
    False
    """

    says: str

    def __new__(cls, holds: bool, says: str) -> "Answer":
        """Return an answer; it counts as True or False does."""
        answer = super().__new__(cls, holds)
        answer.says = says
        return answer

    def __repr__(self) -> str:
        return f"{bool(self)}: {self.says}"
