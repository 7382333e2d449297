"""A recording: everything an oracle needs to judge one scenario, complete in itself."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from bench.events import End, Event
from bench.journal import Entry, walk

SCHEMA = 1
EventT = TypeVar("EventT", bound=Event)


@dataclass(frozen=True)
class EndPoint:
    """Where a start ends: at a role's label, or at a sense line's level.

    Attributes:
        name: the role, or the line.
        means: the label, or the level.
        by_line: whether it is a line.
        event: whether the role tells of an event: its first report is news, and no state.
    """

    name: str = "power_mode"
    means: str = "ready"
    by_line: bool = False
    event: bool = False

    def __str__(self) -> str:
        return f"{self.name} = {self.means}"


READY = EndPoint()


@dataclass(frozen=True)
class MovementPattern:
    """How a car drives its locks for one request, where that is more than one pulse.

    Attributes:
        pulses: how often it drives the same motor at most (a double lock: twice).
        within_s: in which time after the first of them all that belongs to it moves.
    """

    pulses: int = 1
    within_s: float = 1.0


ONE_PULSE = MovementPattern()


@dataclass(frozen=True)
class Header:
    """What was set up: all that is needed to judge the entries without any other file.

    Attributes:
        scenario: the scenario's identity and plan (path, intent, owner, acts, outage schedule).
        limits: per limit its value, and the source it comes from.
        fitted: the paths that the car has.
        roles: per bus and role, the message, signal and raw values that stand for each label.
        starting_state: per item, what the scenario declared.
        seed: the seed of every random stream.
        stamp: "simulated", "virtual" or "hardware".
        start_ends: what counts as started.
        bit_rates: per bus its nominal and its data bit rate, in bit/s.
        movements: per function (unlock, lock) how the car drives it, if not by one pulse.
    """

    scenario: dict[str, Any]
    limits: dict[str, dict[str, Any]]
    fitted: tuple[str, ...]
    roles: dict[str, dict[str, Any]]
    starting_state: dict[str, str]
    seed: int
    stamp: str
    schema: int = SCHEMA
    start_ends: EndPoint = READY
    bit_rates: dict[str, list[int]] = field(default_factory=dict)
    movements: dict[str, MovementPattern] = field(default_factory=dict)


@dataclass(frozen=True)
class Recording:
    """A header and the entries that followed, in the order in which they were written."""

    header: Header
    entries: list[Entry] = field(repr=False)

    def of(self, kind: type[EventT]) -> Iterator[tuple[Entry, EventT]]:
        """Yield every entry whose event is a `kind`, with that event."""
        for entry in self._kinds.of(kind):
            yield entry, entry.event  # type: ignore[misc]  # the index has looked

    @cached_property
    def _kinds(self) -> "_Kinds":
        return _Kinds(self.entries)

    def causes(self, seq: int | None) -> Iterator[Entry]:
        """Walk from entry `seq` back along its causes, itself first."""
        return walk(self.entries, seq)

    def is_of(self, seq: int, attempt: str | None) -> bool:
        """Whether an entry names an attempt, or comes of one that does."""
        return any(getattr(each.event, "attempt", "") == attempt for each in self.causes(seq))

    @cached_property
    def complete(self) -> bool:
        """Whether the end mark is there and its count is right."""
        if not self.entries:
            return False
        last = self.entries[-1].event
        return isinstance(last, End) and last.entries == len(self.entries) - 1


class _Kinds:
    """Entries by the kind of their events: a verdict asks for a hundred kinds, one after the other.

    Args:
        entries: they may grow at their end.
    """

    def __init__(self, entries: list[Entry]) -> None:
        self._entries = entries
        self._seen = 0
        self._by_kind: dict[type[Event], list[Entry]] = {}

    def of(self, kind: type[Event]) -> list[Entry]:
        """Return every entry so far whose event is a `kind`, in order."""
        for entry in self._entries[self._seen :]:
            self._by_kind.setdefault(type(entry.event), []).append(entry)
        self._seen = len(self._entries)
        if kind.__subclasses__():
            return [entry for entry in self._entries if isinstance(entry.event, kind)]
        return self._by_kind.get(kind, [])
