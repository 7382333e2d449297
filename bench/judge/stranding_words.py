"""Stranded minutes in words, wherever they are shown: what would have helped, what is not known."""

from collections import defaultdict
from collections.abc import Sequence

from bench.judge.stranded import WORDS, Stranded
from bench.units import some

MOST_NAMED = 4
INTENTS = {word: intent for intent, word in WORDS.items()}
NONE_STRANDED = (
    "No owner is stranded: in each outage something that they carry went on working, or they were "
    "no worse off than without one."
)


def lead(owners: Sequence[Stranded], *, complete: bool) -> str:
    """Return who is stranded in a sentence or two.

    Args:
        owners: at least one.
        complete: whether all that was planned has been judged.
    """
    helpless = [each for each in owners if each.total]
    doubtful = [each for each in owners if not each.is_known]
    if helpless:
        are = "is" if len(helpless) == 1 else "are"
        said = (
            f"{len(helpless)} of {len(owners)} owners {are} stranded in the worst outage that was "
            "run, beyond what happens without one."
        )
    elif not doubtful and complete:
        return NONE_STRANDED
    elif any(value is not None for each in owners for value in each.minutes.values()):
        said = "No owner is known to be stranded."
    else:
        return (
            "It is not known whether an owner is stranded: in no outage was every way that was "
            "tried without one tried and told."
        )
    if doubtful:
        said += f" Not all is known of {some([each.owner for each in doubtful], MOST_NAMED)}."
    return said if complete else f"{said} What was not reached may be worse."


def helpful(each: Stranded) -> list[str]:
    """Return the ways that would have helped, each with what for."""
    intents: dict[str, list[str]] = defaultdict(list)
    for word, minutes in each.of.items():
        for path in minutes.would_help:
            intents[path].append(INTENTS[word])
    return [f"{path} ({', '.join(what)})" for path, what in intents.items()]


def helped(each: Stranded) -> list[str]:
    """Return what would have helped, if anything would."""
    ways = helpful(each)
    return [f"would have helped: {', '.join(ways)}"] if ways else []


def untried(each: Stranded) -> list[str]:
    """Return what is carried and was not tried, where what was tried did not help."""
    return [
        f"{INTENTS[word]} not tried by {', '.join(minutes.untried)}"
        for word, minutes in each.of.items()
        if minutes.untried
    ]


def doubts(each: Stranded) -> list[str]:
    """Return in which outages it is not known whether the owner is stranded, or why in none."""
    if each.doubtful:
        return [f"not known in {some(each.doubtful, MOST_NAMED)}"]
    unknown = any(minutes.known == "not_known" for minutes in each.of.values())
    return ["not known: in no outage was every way tried"] if unknown else []


def elsewhere(each: Stranded) -> list[str]:
    """Return which minutes are of another outage than the worst one, which did not ask for them."""
    return [
        f"{word.replace('_', ' ')} {minutes} in {minutes.outage}"
        for word, minutes in each.of.items()
        if minutes.value and minutes.outage != each.outage
    ]
