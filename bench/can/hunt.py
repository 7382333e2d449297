"""One expectation while it lasts: what is wanted, and what was seen instead."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.can.seen import Seen
from bench.errors import ExpectationFailed, NeverReceived, WrongValue
from bench.units import NS_PER_S, duration

if TYPE_CHECKING:
    from cantools.database.can import Message

MOST_SHOWN = 5


@dataclass
class Hunt:
    """One expectation while it lasts.

    Attributes:
        message: which message.
        wanted: what is wanted of it, in words.
        fits: whether a frame is the one.
        names: the signals that are asked about.
    """

    message: "Message"
    wanted: str
    fits: Callable[[Seen], bool]
    names: list[str]
    since_ns: int
    within_s: float
    seen: list[Seen] = field(default_factory=list)

    def found(self, seen: Seen) -> bool:
        """Whether a frame is the one; others are kept for the error."""
        if self.fits(seen):
            return True
        self.seen.append(seen)
        return False

    def failure(self, last_activity_ns: int) -> ExpectationFailed:
        """Return the error: never received, or received with other values.

        Args:
            last_activity_ns: when anything was on the bus last.
        """
        if not self.seen:
            silent = "; nothing else was on this bus, either: it sleeps, or has nobody who sends"
            return NeverReceived(
                f"{self.wanted}: the message was never received within {duration(self.within_s)}, "
                f"from {self.since_ns / NS_PER_S:.3f} s on"
                f"{silent if last_activity_ns < self.since_ns else ''}"
            )
        return WrongValue(f"{self.wanted} was not seen; instead: {self._shown()}")

    def _shown(self) -> str:
        """Return what was seen instead: each different value once, with its first time."""
        told: dict[str, str] = {}
        for each in self.seen:
            names = self.names or list(each.signals)
            values = ", ".join(f"{n}={each.signals.get(n)}" for n in names)
            told.setdefault(values, duration((each.t_ns - self.since_ns) / NS_PER_S))
        parts = [f"{values} (from {at} on)" for values, at in list(told.items())[-MOST_SHOWN:]]
        return f"{'; '.join(parts)}; {len(self.seen)} frames in all"
