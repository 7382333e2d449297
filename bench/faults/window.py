"""When a fault acts, and on how much: what faults of requests and of commands have in common."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge

from bench.injection import Injection
from bench.units import Seconds, Share


@dataclass(frozen=True, kw_only=True)
class Window:
    """A share of what comes, in a window of time, and only so many.

    Attributes:
        share: of what would be met.
        after_s: from so long after the fault was armed.
        for_s: for so long from then on (0: until the fault is cleared).
        first: only so many, and then no more (0: until the fault is cleared).
    """

    share: Share = 1.0
    after_s: Seconds = 0.0
    for_s: Seconds = 0.0
    first: Annotated[int, Ge(0)] = 0

    def acts(self, injection: Injection, so_far: int) -> bool:
        """Whether it is time, and not enough yet."""
        since_s = injection.age_s - self.after_s
        in_time = since_s >= 0 and (not self.for_s or since_s < self.for_s)
        return in_time and (not self.first or so_far < self.first)
