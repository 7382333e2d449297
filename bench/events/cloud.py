"""What the cloud answered, how loaded it was, and how its commands went."""

from dataclasses import dataclass
from typing import ClassVar

from bench.events.event import Event


@dataclass(frozen=True, slots=True)
class RequestServed(Event):
    """The cloud answered a request."""

    lane: ClassVar[str] = "cloud"
    party: str
    method: str
    path: str
    status: int


@dataclass(frozen=True, slots=True)
class ToldToWait(Event):
    """The cloud's answer named a time to wait.

    `retry_after` is its Retry-After, as it was sent; `asked_s` is how long that is, a date counted
    from the answer's own (None: it is neither seconds nor a date).
    """

    lane: ClassVar[str] = "cloud"
    party: str
    path: str
    retry_after: str
    asked_s: float | None = None


@dataclass(frozen=True, slots=True)
class Maintenance(Event):
    """A maintenance of the cloud: planned (it is announced), under_way, or over.

    `from_s` and `until_s` are its announced window in POSIX seconds.
    """

    lane: ClassVar[str] = "cloud"
    state: str
    from_s: float
    until_s: float


@dataclass(frozen=True, slots=True)
class CloudLoad(Event):
    """What a limited endpoint has lived through since the last entry of this kind.

    Rates are per second: `offered` counts tries, of the crowd and of the bench's own parties, and
    `good` answers that somebody still waited for. `waiting` requests wait, `busy` workers work and
    `healthy` instances are given work, now. `latency_s` is the median of the good answers (None:
    there was none).
    """

    lane: ClassVar[str] = "cloud"
    endpoint: str
    offered_per_s: float
    good_per_s: float
    waiting: int
    busy: int
    healthy: int
    latency_s: float | None


@dataclass(frozen=True, slots=True)
class CommandState(Event):
    """A command's state in the cloud changed.

    `state` is one of created, in_progress, succeeded, failed, rejected, timed_out, unknown.
    """

    lane: ClassVar[str] = "cloud"
    command: str
    vehicle: str
    name: str
    state: str
    expires_ns: int
