"""An attempt, and what moved because of it."""

import math
from collections import Counter
from dataclasses import dataclass, field

from bench.events import Claim

BENCH = "bench"
# how the names of attempts begin
ACT, CONTROL, FLIGHT = "act", "control", "flight"
OPENINGS = ("unlock", "start")


@dataclass
class Actuation:
    """Something moved: one or several lines together.

    Attributes:
        function: unlock, lock, start, stop or wake.
        t_ns: when the first of them did.
        seq: the entry of the first.
        lines: which.
        pulses: how often each of them did.
        attempt: because of which attempt, by the causes (or, without them, by time); None: nobody
            knows.
        expires_ns: when the command behind it expired, where there is one.
    """

    function: str
    t_ns: int
    seq: int
    lines: list[str] = field(default_factory=list)
    pulses: Counter[str] = field(default_factory=Counter)
    attempt: str | None = None
    expires_ns: int | None = None

    def moved(self, line: str) -> None:
        """Take a line into it, or once more."""
        if not self.pulses[line]:
            self.lines.append(line)
        self.pulses[line] += 1


@dataclass
class Attempt:
    """One attempt, from wanting to the last that was said about it."""

    name: str
    owner: str
    intent: str
    path: str
    entitled: bool
    credential: str
    began_ns: int
    sensed_ns: list[int] = field(default_factory=list)
    settled_ns: int | None = None
    how: str = ""
    claims: list[tuple[int, Claim]] = field(default_factory=list)
    actuations: list[Actuation] = field(default_factory=list)

    @property
    def is_control(self) -> bool:
        """Whether it is a positive control."""
        return self.name.startswith(CONTROL)

    @property
    def is_flight(self) -> bool:
        """Whether it is a command in flight beside the try that is judged."""
        return self.name.startswith(FLIGHT)

    @property
    def acted(self) -> bool:
        """Whether anything moved because of it."""
        return bool(self.actuations)

    @property
    def ended_ns(self) -> float:
        """When it was settled (infinity: it never was)."""
        return math.inf if self.settled_ns is None else self.settled_ns

    @property
    def act_ns(self) -> int | None:
        """The sensed act because of which it moved: of several, the last one before that."""
        moved_ns = self.actuations[0].t_ns if self.actuations else math.inf
        before = [t_ns for t_ns in self.sensed_ns if t_ns <= moved_ns]
        return max(before or self.sensed_ns[:1], default=None)

    @property
    def latency_s(self) -> float | None:
        """From the sensed act to the sensed actuation, in seconds."""
        if self.act_ns is None or not self.actuations:
            return None
        return (self.actuations[0].t_ns - self.act_ns) / 1e9

    @property
    def last_claim(self) -> str | None:
        """The last state that the owner was told, other than "working"."""
        told = [claim.state for _, claim in self.claims if claim.state != "working"]
        return told[-1] if told else None

    @property
    def outcome(self) -> str:
        """acted, late, twice, refused or no_effect."""
        if len(self.actuations) > 1:
            return "twice"
        if self.actuations:
            late = self.settled_ns is not None and self.actuations[0].t_ns > self.settled_ns
            return "late" if late else "acted"
        return "refused" if self.last_claim == "failed" else "no_effect"
