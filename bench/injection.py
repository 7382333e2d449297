"""A fault in force: what it disturbs tells it of every operation that meets it."""

import random
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Generic, TypeVar

from bench.errors import joined
from bench.events import BenchFault, FaultBegan, FaultMet
from bench.journal import Journal

Undo = Callable[[], None]
RuleT = TypeVar("RuleT")


def undo_all(undos: Iterable[Undo]) -> None:
    """Undo all of these, in this order: one that fails leaves none of the others in force.

    Raises:
        what failed, as one error.
    """
    failed: list[Exception] = []
    for each in undos:
        try:
            each()
        except Exception as error:
            failed.append(error)
    if failed:
        raise joined(failed)


def together(undos: Iterable[Undo]) -> Undo:
    """Return what undoes all of these, in this order (see `undo_all`)."""
    return partial(undo_all, tuple(undos))


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
        self._journal = journal

    def began(self) -> None:
        """Record that the fault, armed before, is in force from now on."""
        self._journal.write(FaultBegan(self.fault), self.armed_seq)

    def failed(self, reason: str) -> None:
        """Record that the bench cannot do the fault: it is the bench's own."""
        self._journal.write(BenchFault(f"fault {self.fault}", reason), self.armed_seq)

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
