"""What changed since the last run, as the summary shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.evidence.since import Since
from bench.judge.comparison import CHANGES
from bench.report.moments import moment
from bench.units import counted

WORDS = {
    "broken": "fails now",
    "doubtful": "inconclusive now",
    "missing": "not fitted any more",
    "healed": "failed, and passes now",
    "cleared": "was inconclusive, and passes now",
    "added": "fitted now",
}
# how a change is coloured, by what the scenario is now
_CHIPS = {"broken": "fail", "doubtful": "inconclusive", "healed": "pass", "cleared": "pass"}
MOST_LISTED = 20


@dataclass(frozen=True)
class Changes:
    """Scenarios that changed alike.

    Attributes:
        chip: the colour, by the verdict that they have now.
        label: in words.
        listed: (scenario, reason), the first of them.
        count: how many there are.
    """

    chip: str
    label: str
    listed: tuple[tuple[str, str], ...]
    count: int


@dataclass(frozen=True)
class ShownChanges:
    """Everything that the summary says of an earlier run.

    Attributes:
        headline: in a sentence.
        since: what it is taken from; None where no earlier run was looked for.
        groups: what changed, the worst first.
    """

    headline: str
    since: Since | None
    groups: tuple[Changes, ...]


def shown_changes(since: Since | None) -> ShownChanges:
    """Return what is to be said of what changed."""
    groups = tuple(_grouped(since.changed)) if since is not None else ()
    return ShownChanges(_headline(since), since, groups)


def _headline(since: Since | None) -> str:
    if since is None:
        return "No earlier run was looked for: bench report RUN --since OTHER compares with one."
    if not since.before:
        return "There is no earlier run beside this one to compare with."
    named = f"{since.before}{f', begun {moment(since.began)}' if since.began else ''}"
    if not since.compared:
        return f"Not compared with the run before it ({named}):"
    same = f"{counted(since.same, 'scenario')} as before"
    if since.worse:
        return f"Worse than {named}; {same}."
    if since.changed:
        return f"Nothing got worse since {named}; {same}."
    return f"Nothing changed since {named}; {same}."


def _grouped(changed: Sequence[tuple[str, str, str]]) -> list[Changes]:
    found = []
    for how in CHANGES:
        mine = [(scenario, reason) for each, scenario, reason in changed if each == how]
        if mine:
            chip = _CHIPS.get(how, "none")
            found.append(Changes(chip, WORDS[how], tuple(mine[:MOST_LISTED]), len(mine)))
    return found
