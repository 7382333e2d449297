"""What patterns call an outage: with its parameters and without, with its phase and without."""

import re
from fnmatch import fnmatchcase

from bench.presentation.layers import PHASE_MARK
from bench.registry import registry

NO_OUTAGE = "none"
OWN_PHASE = "down"  # the phase of a fault whose name says none
WILD = re.compile(r"[*?\[]")
_BASELINE = "baseline"  # what the id of a scenario without an outage says
_PLUS = re.compile(r"\+(?=\s*[A-Za-z_*?\[])")  # between faults that act together; not in 1e+3
_NOT_IN_FILES = re.compile(r"[^A-Za-z0-9=_,@+*?-]+")


def outage_names(outage: str | None) -> tuple[str, ...]:
    """Return the words by which a pattern can name an outage.

    A fault's name alone is the fault in its own phase, "down"; an incident has no phase.

    >>> outage_names("http_status:retry_after_s=30.0@recovery")
    ('http_status:retry_after_s=30.0@recovery', 'http_status@recovery')
    >>> outage_names("refuse"), outage_names("gwm-2025-03-21"), outage_names(None)
    (('refuse', 'refuse@down'), ('gwm-2025-03-21',), ('none',))
    """
    if outage is None:
        return (NO_OUTAGE,)
    what, mark, phase = outage.partition(PHASE_MARK)
    short = "+".join(fault_names(what))
    names = [outage, f"{short}{mark}{phase}"]
    if not mark and _are_faults(what):
        names += [f"{each}{PHASE_MARK}{OWN_PHASE}" for each in (what, short)]
    return tuple(dict.fromkeys(names))


def together(what: str) -> list[str]:
    """Return the faults that act together in one, as they are written."""
    return [part.strip() for part in _PLUS.split(what)]


def fault_names(what: str) -> list[str]:
    """Return the faults that act together in one, by their names alone."""
    return [part.partition(":")[0] for part in together(what)]


def _are_faults(what: str) -> bool:
    return set(fault_names(what)) <= set(registry("fault", "faults/*").names())


def in_any_phase(alternative: str) -> str:
    """Return how a pattern names a fault in whatever phase; "" where it says one, or is no name.

    >>> in_any_phase("http_status"), in_any_phase("http_*"), in_any_phase("refuse@recovery")
    ('http_status@*', '', '')
    """
    plain = PHASE_MARK not in alternative and not WILD.search(alternative)
    return f"{alternative}{PHASE_MARK}*" if plain and _are_faults(alternative) else ""


def could_name(alternative: str, planned: str) -> bool:
    """Whether a pattern could name an outage as the id of a planned scenario spells it.

    An id has other letters than an outage's name: parameters begin with "_" in it.

    >>> could_name("http_status", "http_status_retry_after_s=30_0"), could_name("none", "baseline")
    (True, True)
    >>> could_name("http_status", "http_status@recovery"), could_name("refuse@*", "refuse")
    (False, True)
    """
    what, _, phase = planned.partition(PHASE_MARK)
    if what == _BASELINE:
        return fnmatchcase(NO_OUTAGE, alternative)
    if fnmatchcase(planned, _NOT_IN_FILES.sub("_", alternative)):
        return True
    asked, mark, asked_phase = alternative.partition(PHASE_MARK)
    own = phase or (OWN_PHASE if mark and _begin_as_faults(what) else "")
    return fnmatchcase(own, asked_phase) and _could_be_faults(asked, what)


def _begin_as_faults(planned: str) -> bool:
    known = registry("fault", "faults/*").names()
    return all(any(_could_be(name, each) for name in known) for each in together(planned))


def _could_be_faults(asked: str, planned: str) -> bool:
    wanted, found = [_NOT_IN_FILES.sub("_", each) for each in together(asked)], together(planned)
    if len(wanted) != len(found):
        return fnmatchcase(planned, asked)
    return all(_could_be(each, is_) for each, is_ in zip(wanted, found, strict=True))


def _could_be(asked: str, planned: str) -> bool:
    return fnmatchcase(planned, asked) or fnmatchcase(planned, f"{asked}_*")
