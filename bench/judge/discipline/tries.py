"""When a party tried for its push channel, by what a bench sees of a real unit, too.

A try goes on from stage to stage: a name asked for or a connection that nobody took, a connection
opened, a request answered or the broker's word. What is no later stage than the last belongs to the
next try. So a unit that keeps a connection open over several refusals is counted right.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from bench.events import (
    BrokerConnect,
    ChannelOpened,
    ConnectionClosed,
    ConnectionOpened,
    Event,
    FaultMet,
    NameFailed,
    RequestServed,
)
from bench.recording import Recording
from bench.units import to_ns

AT_ONCE_NS = to_ns(0.05)  # questions for A and AAAA are one try
GIVES_UP_NS = to_ns(45.0)  # assumed: a connection that lived for longer than that had been of use
STABLE_NS = to_ns(60.0)  # assumed: twice what AWS's library takes for a stable channel
NOBODY_TOOK = "connect ("  # how faults name a connection that never came to be
UNKNOWN = -1  # a short channel may end a row of failures or not: only the unit knows
ASKED, OPENED, ANSWERED = range(3)


@dataclass
class Try:
    """One try.

    Attributes:
        began_ns: its first sign.
        ended_ns: the last sign of it, or of its failing.
        level: how many tries had failed in a row before it, or UNKNOWN.
        failed: whether it came to nothing.
        connection: the number of its connection.
        channel: whether a WebSocket was opened, whose request is answered when it ends.
    """

    began_ns: int
    ended_ns: int
    stage: int
    level: int = 0
    failed: bool = False
    connection: int = -1
    channel: bool = False


@dataclass(frozen=True)
class Wait:
    """A wait before a try, after how many earlier failures in a row (UNKNOWN), and from when on."""

    level: int
    wait_s: float
    from_ns: int = 0


def tries_of(recording: Recording, party: str) -> list[Try]:
    """Return every try of a party, in order."""
    found: list[Try] = []
    for entry in recording.entries:
        event = entry.event
        if found and _ends(found[-1], event, party, entry.t_ns):
            continue
        sign = _sign(event, party)
        if sign is not None:
            stage, failed = sign
            _see(found, entry.t_ns, stage)
            found[-1].failed = failed  # a name or an address may fail beside one that serves
            if isinstance(event, ConnectionOpened):
                found[-1].connection = event.connection
            found[-1].channel = isinstance(event, ChannelOpened)
    _count(found)
    return found


def waits_in(recording: Recording, party: str) -> Iterator[Wait]:
    """Yield the waits of a party between a failed try for its push channel and the next one.

    The wait after a lost channel is left out: how long the channel lived decides its level, by a
    rule that only the unit knows.
    """
    tries = tries_of(recording, party)
    for before, after in pairwise(tries):
        if before.failed:
            wait_s = (after.began_ns - before.ended_ns) / 1e9
            yield Wait(before.level, wait_s, before.ended_ns)


def _sign(event: Event, party: str) -> tuple[int, bool] | None:
    """Return which stage of a try an event shows, and whether it has failed; None: no sign."""
    if isinstance(event, NameFailed):
        return (ASKED, True) if event.party == party else None
    if isinstance(event, FaultMet):
        met = _is(party, event.party) and event.operation.startswith(NOBODY_TOOK)
        return (ASKED, True) if met else None
    if isinstance(event, ConnectionOpened):
        return (OPENED, False) if _is(party, event.party) else None
    if isinstance(event, RequestServed):
        asked = event.party == party and event.path.startswith("/push/")
        return (ANSWERED, event.status >= 300) if asked else None
    if isinstance(event, ChannelOpened):
        return (ANSWERED, False) if event.party == party else None
    if isinstance(event, BrokerConnect):
        return (ANSWERED, event.code != 0) if event.party == party else None
    return None


def _is(party: str, link: str) -> bool:
    return link == f"{party}/push"


def _see(found: list[Try], t_ns: int, stage: int) -> None:
    """Take a sign: of the last try, or of a new one."""
    last = found[-1] if found else None
    if last is None or _over(last, t_ns, stage):
        found.append(Try(t_ns, t_ns, stage))
    else:
        last.stage, last.ended_ns = stage, t_ns


def _over(last: Try, t_ns: int, stage: int) -> bool:
    """Whether a sign belongs to another try than the last one."""
    if stage == last.stage:
        return t_ns - last.began_ns > AT_ONCE_NS
    return stage < last.stage or (last.failed and t_ns - last.ended_ns > AT_ONCE_NS)


def _ends(last: Try, event: Event, party: str, t_ns: int) -> bool:
    """Whether an event is the end of the last try's connection or channel, and no sign of another.

    A connection that ends before any answer has failed: the unit or the network gave up.
    """
    if isinstance(event, RequestServed):
        return last.channel
    if not isinstance(event, ConnectionClosed):
        return False
    mine = last.connection == event.connection and _is(party, event.party)
    if mine and last.stage == OPENED and t_ns - last.began_ns <= GIVES_UP_NS:
        last.failed, last.ended_ns = True, t_ns
    elif mine and not last.failed:
        last.ended_ns = t_ns
    return True


def _count(found: list[Try]) -> None:
    """Number the tries by failures in a row, where a channel has lived long enough to end a row."""
    level = 0
    for each in found:
        each.level = level
        if each.failed:
            level = level + 1 if level >= 0 else UNKNOWN
        else:
            lived = each.ended_ns - each.began_ns > STABLE_NS
            level = 0 if lived or level == 0 else UNKNOWN  # no row of failures has to end
