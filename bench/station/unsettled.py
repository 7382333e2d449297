"""What became of a bench when its runs had died, as far as nobody has settled it since."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from bench.config.bench_file import StationFile
from bench.errors import ConfigError, nearest
from bench.guardian.identity import is_replaced, is_same, names_of
from bench.guardian.kept_outcome import kept_outcomes, take_word
from bench.station.safe_plan import real_resources


@dataclass(frozen=True)
class Unsettled:
    """A run that died, and what of it no run of this bench can settle.

    Attributes:
        says: how the bench was made safe, in words, with what else is to be done.
        beyond: devices that were not safe, and that the bench does not have (any more).
    """

    says: str
    beyond: tuple[str, ...]


def device_names(file: StationFile) -> list[tuple[str, ...]]:
    """Return the names of each device of a bench."""
    return [names_of(resource) for resource in real_resources(file)]


def unsettled(file: StationFile) -> list[Unsettled]:
    """Return what a bench is to be told, the oldest first; nothing is opened or held for that."""
    devices = device_names(file)
    told = []
    for kept in kept_outcomes(file.real_path, devices):
        not_safe = kept.not_safe()
        here = {name for name, own in not_safe.items() if any(is_same(own, d) for d in devices)}
        replaced = {n for n, own in not_safe.items() if any(is_replaced(own, d) for d in devices)}
        beyond = tuple(name for name in not_safe if name not in here)
        gone = [name for name in beyond if name not in replaced]
        where = [
            _told(gone, f"not in {file.path}"),
            _told([name for name in beyond if name in replaced], "another device now"),
        ]
        said = _to_be_said(file, beyond, [each for each in where if each])
        told.append(Unsettled(kept.outcome.say() + said, beyond))
    return told


def _told(devices: Sequence[str], where: str) -> str:
    """Return where devices of a run that died are now; "" of none."""
    are = "is" if len(devices) == 1 else "are"
    return f"The {' and the '.join(devices)} of that run {are} {where}" if devices else ""


def _to_be_said(file: StationFile, beyond: tuple[str, ...], where: list[str]) -> str:
    if not beyond:
        return ""
    said = f"bench check --bench {shlex.quote(str(file.path))} --seen-safe {' '.join(beyond)}"
    return (
        f". {'. '.join(where)}: this is told until a run has left that safe, or you say that it "
        f"is: {said}"
    )


def say_safe(file: StationFile, devices: Sequence[str]) -> None:
    """Take somebody's word that devices are safe; raises ConfigError for one that is not known."""
    all_names = device_names(file)
    kept = kept_outcomes(file.real_path, all_names)
    known = {device for each in kept for device in each.not_safe()}
    for device in devices:
        if device not in known:
            hint = nearest(device, known) if known else "no device is"
            raise ConfigError(f'--seen-safe: "{device}" is not known as not safe: {hint}')
    take_word(file.real_path, all_names, frozenset(devices))
