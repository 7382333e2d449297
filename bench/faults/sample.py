"""How much of what comes a fault meets: a share of it, and only so many."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge

from bench.injection import Injection
from bench.units import Share


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A share of what would be met, and only the first so many.

    Attributes:
        share: of what would be met; the seed decides which.
        first: only so many, and then no more (0: until the fault is cleared).
    """

    share: Share = 1.0
    first: Annotated[int, Ge(0)] = 0

    def takes(self, injection: Injection, so_far: int) -> bool:
        """Draw whether one more is met, after so many."""
        return (not self.first or so_far < self.first) and injection.hits(self.share)

    def taking(self, injection: Injection) -> Callable[[], bool]:
        """Return what draws whether one more is met, and counts by itself how many were."""
        so_far = 0

        def takes() -> bool:
            nonlocal so_far
            taken = self.takes(injection, so_far)
            so_far += taken
            return taken

        return takes
