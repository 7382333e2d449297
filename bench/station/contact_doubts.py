"""Whether a contact moved as its board says, where a meter looks at the line that it switches.

A readback is a register. A contact that has welded, or a plug that is off, is seen on the line.
"""

from collections.abc import Collection, Iterator, Sequence

from bench.events import Edge, FaultArmed, LineLevel, RelaySwitched
from bench.journal import Entry
from bench.units import duration, to_ns

FOLLOWS_NS = to_ns(0.5)  # assumed: a meter is asked every 10 to 50 ms


def contact_doubts(
    entries: Sequence[Entry], contacts: Collection[str], until_ns: int
) -> Iterator[str]:
    """Yield which contacts were switched and not seen on their own lines.

    Args:
        entries: of one scenario, while meters are asked.
        contacts: those whose line a meter looks at, under the same name.
        until_ns: when that ends; what was switched just before is not followed up.
    """
    if not contacts or any(
        isinstance(e.event, FaultArmed) and e.event.layer == "electrical" for e in entries
    ):
        return  # the line is not what it should be
    for contact in sorted(contacts):
        levels = [
            (e.t_ns, e.event.level) for e in entries
            if isinstance(e.event, Edge | LineLevel) and e.event.line == contact
        ]  # fmt: skip
        switched = [
            (e.t_ns, "closed" if e.event.closed else "open") for e in entries
            if isinstance(e.event, RelaySwitched) and e.event.channel == contact
            and levels and e.t_ns >= levels[0][0]
        ]  # fmt: skip
        if switched:
            yield from _unseen(contact, switched, levels, until_ns)


def _unseen(
    contact: str, switched: list[tuple[int, str]], levels: list[tuple[int, str]], until_ns: int
) -> Iterator[str]:
    """Yield the first time that a line did not come to stand as its contact was switched."""
    ends = [t_ns for t_ns, _ in switched[1:]] + [until_ns - FOLLOWS_NS]
    for (t_ns, wanted), next_ns in zip(switched, ends, strict=True):
        before = [level for at_ns, level in levels if at_ns <= t_ns][-1:]
        during = [level for at_ns, level in levels if t_ns < at_ns <= next_ns + FOLLOWS_NS]
        if next_ns >= t_ns and wanted not in {*before, *during}:
            yield (
                f"{contact} was switched {wanted} at {duration(t_ns / 1e9)}, and its line did not "
                "follow: has the contact welded, or is a plug off?"
            )
            return
