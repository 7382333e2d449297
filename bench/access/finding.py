"""One thing that was found out about a bench."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.events import InstrumentSlow
from bench.journal import Journal
from bench.presentation.words import say


@dataclass(frozen=True)
class Finding:
    """One thing that a bench file names, and what was found (None: a remark on it)."""

    what: str
    says: str
    found: bool | None = True


def slow_ones(journal: Journal) -> Iterator[Finding]:
    """Say which instruments keep the bench waiting: its timers are late meanwhile."""
    for entry in journal.entries:
        if isinstance(entry.event, InstrumentSlow):
            says = f"{say(entry.event)}: the bench's timers are late meanwhile"
            yield Finding(entry.event.instrument, says, found=None)
