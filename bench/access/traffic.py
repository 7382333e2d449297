"""What comes on a bus in real time, against what its database says: is it the right database?"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from bench.access.finding import Finding
from bench.can.databases import senders_of
from bench.can.frame import EXTENDED, key
from bench.can.roles import RoleMap
from bench.events import FrameSeen
from bench.journal import Entry
from bench.units import NS_PER_S, counted, duration, some

if TYPE_CHECKING:
    from cantools.database.can import Message

MOST_NAMED = 5
ENOUGH = 4  # frames of a message before its period is believed
STRAYS = 0.25  # as a share of its period: what strays further has another one (assumed)
CHANCES = 3  # periods of silence before a message counts as not sent

Times = dict[int, list[int]]


def traffic(
    entries: Iterable[Entry], bus: str, roles: RoleMap, heard_s: float
) -> Iterator[Finding]:
    """Yield what was seen on a bus, and where its database says otherwise (all are remarks).

    Args:
        entries: what is written down so far; in real time each frame is.
        bus: its name.
        roles: its database.
        heard_s: for how long it was listened to.
    """
    times, foreign = _times(entries, bus)
    where, known = f"can.{bus} traffic", roles.database.by_key
    seen = [known[identity].name for identity in times if identity in known]
    frames = counted(sum(map(len, times.values())), "frame")
    yield Finding(where, f"{frames} of {len(seen)} of the database's messages", None)
    strange = [f"{_named(i)} {_every(times[i])}" for i in sorted(foreign - {*known})]
    if strange:
        says = f"the database does not know {some(strange, MOST_NAMED)}: is it of this car?"
        yield Finding(where, says, None)
    off = list(_off_cycle(times, known))
    if off:
        yield Finding(where, some(off, MOST_NAMED), None)
    silent = list(_silent(times, known, heard_s))
    if silent:
        yield Finding(where, f"nobody sends {some(silent, MOST_NAMED)}", None)


def _times(entries: Iterable[Entry], bus: str) -> tuple[Times, set[int]]:
    """Return when frames came, by message; and the messages that none of the bench's own sends."""
    times: Times = defaultdict(list)
    foreign = set()
    for entry in entries:
        event = entry.event
        if isinstance(event, FrameSeen) and event.bus == bus:
            identity = key(event.identifier, extended="x" in event.flags)
            times[identity].append(entry.t_ns)
            if not event.sender:
                foreign.add(identity)
    return dict(times), foreign


def _period_s(times_ns: list[int]) -> float | None:
    """Return the period of a message (None: it came too seldom to say)."""
    if len(times_ns) < ENOUGH:
        return None
    return median(b - a for a, b in pairwise(times_ns)) / NS_PER_S


def _every(times_ns: list[int]) -> str:
    period_s = _period_s(times_ns)
    return counted(len(times_ns), "time") if period_s is None else f"every {duration(period_s)}"


def _named(identity: int) -> str:
    return f"0x{identity & ~EXTENDED:X}" + (" (29 bits)" if identity & EXTENDED else "")


def _off_cycle(times: Times, known: "dict[int, Message]") -> Iterator[str]:
    """Yield the messages that come with another period than the database gives them."""
    for identity, at_ns in times.items():
        message, period_s = known.get(identity), _period_s(at_ns)
        if message is None or not message.cycle_time or period_s is None:
            continue
        wanted_s = message.cycle_time / 1000
        if abs(period_s - wanted_s) > STRAYS * wanted_s:
            said = f"{duration(period_s)}, the database says {duration(wanted_s)}"
            yield f"{message.name} comes every {said}"


def _silent(times: Times, known: "dict[int, Message]", heard_s: float) -> Iterator[str]:
    """Yield the cyclic messages that did not come, though there was time for them to."""
    for identity, message in known.items():
        due = message.cycle_time and CHANCES * message.cycle_time / 1000 < heard_s
        if due and identity not in times:
            senders = ", ".join(sorted(senders_of(message)))
            yield f"{message.name} ({senders})" if senders else message.name
