"""What one process of several runs at a time: a baseline, or a few outages judged against it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.access.choosing.selection import Group
from bench.access.scenario import Scenario

# so many shares for each worker: the last ones then end nearly together, while each costs no more
# than a baseline read again (some milliseconds, 80 for an hour's)
PER_WORKER = 16


@dataclass(frozen=True)
class Share:
    """A part of a group.

    Attributes:
        baseline: what the scenarios are judged against; None where the baseline is the share.
        scenarios: to be run in turn.
    """

    baseline: Scenario | None
    scenarios: tuple[Scenario, ...]


def shares(groups: Sequence[Group], workers: int) -> list[Share]:
    """Return the shares of groups, in an order in which a baseline comes long before its outages.

    Groups differ in length, and three of them keep two workers busy for as long as four do; their
    scenarios can be told out more evenly.
    """
    outages = sum(len(group.outages) for group in groups)
    size = max(1, outages // (workers * PER_WORKER))
    first = [Share(None, tuple(group.scenarios()[:1])) for group in groups]
    ahead = first[:workers]
    parts = [list(_parts(group, size)) for group in groups]
    for number, part in enumerate(parts):
        ahead += first[workers + number : workers + number + 1]
        ahead += part
    return ahead


def _parts(group: Group, size: int) -> Iterator[Share]:
    baseline, *rest = group.scenarios()
    for start in range(0, len(rest), size):
        yield Share(baseline, tuple(rest[start : start + size]))
