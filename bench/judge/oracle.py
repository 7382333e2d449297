"""What an oracle is."""

from abc import ABC, abstractmethod
from typing import ClassVar

from bench.judge.verdict import Case, Judgement


class Oracle(ABC):
    """Judges one property of a recording, as a pure function of it and of its baseline's.

    Attributes:
        sighting: what it fails for was seen and must not be. That is evidence by itself: it counts
            in a recording with gaps, too, and is looked for in tests of somebody's own.
    """

    sighting: ClassVar[bool] = False

    @abstractmethod
    def judge(self, case: Case) -> Judgement:
        """Return what it says of a case; not_asked where its question does not arise."""
