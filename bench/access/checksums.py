"""Whether what is seen on a bus carries the CRCs and counters that the role file declares.

Where it does not, the file or the unit is wrong. The bench reads its roles all the same; simulated
units pass such frames over, and the real one theirs.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from bench.can.frame import key
from bench.can.roles import RoleMap
from bench.can.transmitter import KnownProtection, protection_of
from bench.events import FrameSeen
from bench.journal import Entry
from bench.units import counted

ENOUGH = 8  # frames: an event may be said a few times with one counter


def wrong_checksums(
    entries: Sequence[Entry], bus: str, roles: RoleMap
) -> Iterator[tuple[str, str]]:
    """Yield each message of a bus whose CRC is wrong or whose counter stands still, and how."""
    protections = {name: p for name in roles.protection if (p := _known(name, roles)) is not None}
    counters: dict[str, list[int | None]] = defaultdict(list)
    for frame in (entry.event for entry in entries if isinstance(entry.event, FrameSeen)):
        message = roles.database.by_key.get(key(frame.identifier, extended="x" in frame.flags))
        if message is not None and message.name in protections and frame.bus == bus:
            data = bytes.fromhex(frame.data)
            counters[message.name].append(protections[message.name].counter_of(data))
    for name, seen in sorted(counters.items()):
        says = _what_is_wrong(name, seen, protections[name], roles.protection[name].scheme)
        if says:
            yield name, says


def _what_is_wrong(
    name: str, counters: list[int | None], protection: KnownProtection, scheme: str
) -> str:
    """Return what is wrong with a message's frames, by their counters (None: a wrong CRC)."""
    frames = counted(len(counters), "frame")
    if None in counters:
        return (
            f"{counters.count(None)} of {frames} have another CRC than {scheme} makes: is "
            f"[protection.{name}] as the unit has it?"
        )
    if protection.counters > 1 and len(counters) >= ENOUGH and len(set(counters)) == 1:
        return f"the counter stands at {counters[0]} in all {frames}: who checks it heeds none"
    return ""


def _known(name: str, roles: RoleMap) -> KnownProtection | None:
    made = protection_of(roles.database.messages[name], roles.protection[name])
    return made if isinstance(made, KnownProtection) else None
