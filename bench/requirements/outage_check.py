"""Patterns whose outage nothing can ever be called: a wrong name, phase or parameter."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from bench.errors import ConfigError, nearest
from bench.presentation.layers import PHASE_MARK
from bench.requirements.outage_names import NO_OUTAGE, WILD, fault_names, together
from bench.requirements.pattern import Pattern


@dataclass(frozen=True)
class KnownOutages:
    """What an outage can be called.

    Attributes:
        faults: names of faults; each may have parameters, and a phase.
        files: names of outages that are files: they have neither.
        phases: names of a campaign's phases.
        parse: raises ConfigError for a fault with wrong parameters; is given the fault as it is
            written, and what stands before the error.
    """

    faults: Collection[str]
    files: Collection[str]
    phases: Collection[str]
    parse: Callable[[str, str], object]


def unknown_outages(pattern: Pattern, known: KnownOutages) -> Iterator[str]:
    """Yield a sentence, with the nearest name there is, for each outage that there cannot be."""
    for value in dict(pattern.terms).get("outage", ()):
        wrong = _wrong(value, known, f'"{pattern.text}"')
        if wrong:
            yield wrong


def _wrong(value: str, known: KnownOutages, where: str) -> str:
    what, mark, phase = value.partition(PHASE_MARK)
    whole = (NO_OUTAGE, *known.files)
    if mark and what in whole and not all(_there(f, known.faults) for f in fault_names(what)):
        return f"{where}: only faults have phases: write outage={what}"
    if mark and not _there(phase, known.phases):
        return f'{where}: no phase "{phase}": {nearest(phase, known.phases)}'
    if not mark and _there(what, whole):
        return ""
    faults = together(what)
    for name in fault_names(what):
        if not _there(name, known.faults):
            hint = nearest(WILD.split(name)[0], (*known.faults, *whole))
            return f'{where}: no outage "{name}": {hint}'
    return next(filter(None, (_wrong_parameter(f, known, where) for f in faults)), "")


def _there(name: str, names: Collection[str]) -> bool:
    """Whether there is such a name; what stands behind a wildcard might be a parameter's."""
    wild = WILD.search(name)
    if wild is None:
        return name in names
    return any(each.startswith(name[: wild.start()]) for each in names)


def _wrong_parameter(fault: str, known: KnownOutages, where: str) -> str:
    if WILD.search(fault):
        return ""
    try:
        known.parse(fault, where)
    except ConfigError as error:
        return str(error)
    return ""
