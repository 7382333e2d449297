"""Whether what is seen on a bus carries the CRCs that the role file declares.

Where it does not, the file or the unit is wrong. The bench reads its roles all the same; simulated
units pass such frames over, and the real one theirs.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from bench.can.frame import key
from bench.can.roles import RoleMap
from bench.can.transmitter import KnownProtection, protection_of
from bench.events import FrameSeen
from bench.journal import Entry
from bench.units import counted


def wrong_checksums(
    entries: Sequence[Entry], bus: str, roles: RoleMap
) -> Iterator[tuple[str, str]]:
    """Yield each message of a bus of which frames have a wrong CRC, and what is wrong."""
    protections = {name: _known(name, roles) for name in roles.protection}
    seen: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for frame in (entry.event for entry in entries if isinstance(entry.event, FrameSeen)):
        message = roles.database.by_key.get(key(frame.identifier, extended="x" in frame.flags))
        protection = protections.get(message.name) if message is not None else None
        if message is None or protection is None or frame.bus != bus:
            continue
        seen[message.name] += 1
        wrong[message.name] += protection.counter_of(bytes.fromhex(frame.data)) is None
    for name in sorted(+wrong):
        yield (
            name,
            (
                f"{wrong[name]} of {counted(seen[name], 'frame')} have another CRC than "
                f"{roles.protection[name].scheme} makes: is [protection.{name}] as the unit has it?"
            ),
        )


def _known(name: str, roles: RoleMap) -> KnownProtection | None:
    made = protection_of(roles.database.messages[name], roles.protection[name])
    return made if isinstance(made, KnownProtection) else None
