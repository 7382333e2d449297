"""What the repetitions of one scenario came to, in figures."""

from dataclasses import dataclass, field

from bench.judge.interval import Interval


@dataclass(frozen=True)
class Run:
    """One repetition: its verdict, why, how long it took, where it is recorded."""

    verdict: str
    reason: str
    measured_s: float | None
    recording: str


@dataclass(frozen=True)
class Repeat:
    """What N repetitions of one scenario came to.

    Attributes:
        n, passed: how many there were, and how many of them passed.
        stable: whether all had the same verdict.
        median_s, p95_s: of the measured times (None: nothing was measured); the percentile is by
            nearest rank, so with fewer than twenty values it is the largest.
        interval: of the share that passed ("passed") and of the median ("median_s").
        outcomes: how often each outcome came.
        runs: each repetition in turn.
    """

    n: int
    passed: int
    stable: bool
    median_s: float | None = None
    p95_s: float | None = None
    interval: dict[str, Interval | None] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)
    runs: tuple[Run, ...] = ()
