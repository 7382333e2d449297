"""A fault in force: what it disturbs tells it of every operation that meets it."""

import random
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from bench.events import FaultMet
from bench.journal import Journal
from bench.units import to_s

Undo = Callable[[], None]
RuleT = TypeVar("RuleT")


class Injection:
    """One fault between arming and clearing.

    Args:
        fault: its name.
        journal: where meetings are written.
        rng: its own random stream, for faults that meet only a share of operations.
        armed_seq: the entry of its arming.
    """

    def __init__(
        self, fault: str, journal: Journal, rng: random.Random, armed_seq: int | None = None
    ) -> None:
        self.fault = fault
        self.rng = rng
        self.armed_seq = armed_seq
        self.count = 0
        self._journal, self._armed_ns = journal, journal.now_ns()

    @property
    def age_s(self) -> float:
        """For how long the fault has been armed."""
        return to_s(self._journal.now_ns() - self._armed_ns)

    def met(self, party: str, operation: str, cause: int | None = None) -> int:
        """Record that an operation of `party` met the fault; return the entry's number."""
        self.count += 1
        return self._journal.write(FaultMet(self.fault, party, operation), cause)

    def hits(self, share: float) -> bool:
        """Draw whether an operation is among the `share` that the fault is to meet."""
        return share >= 1.0 or self.rng.random() < share


class Rules(Generic[RuleT]):
    """The disturbances in force at one place, in the order in which they were added.

    >>> rules = Rules[str]()
    >>> remove = rules.add("slow")
    >>> list(rules), remove(), list(rules)
    (['slow'], None, [])
    """

    def __init__(self) -> None:
        self._rules: list[RuleT] = []

    def __iter__(self) -> Iterator[RuleT]:
        """Yield the rules in force; adding or removing meanwhile does not disturb the walk."""
        return iter(tuple(self._rules))

    def add(self, rule: RuleT) -> Undo:
        """Put a rule in force; return what takes it out again (twice does no harm)."""
        self._rules.append(rule)

        def remove() -> None:
            self._rules = [r for r in self._rules if r is not rule]

        return remove
