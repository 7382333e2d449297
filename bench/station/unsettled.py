"""What became of a bench when its runs had died, as far as nobody has settled it since."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from bench.config.bench_file import StationFile
from bench.errors import ConfigError, nearest
from bench.guardian.identity import names_of
from bench.guardian.kept_outcome import kept_outcomes, take_word
from bench.station.safe_plan import real_resources


@dataclass(frozen=True)
class Unsettled:
    """A run that died, and what of it no run of this bench can settle.

    Attributes:
        says: how the bench was made safe, in words, with what else is to be done.
        beyond: devices that were not safe, and that the bench file does not name (any more).
    """

    says: str
    beyond: tuple[str, ...]


def device_names(file: StationFile) -> frozenset[str]:
    """Return every name of every device of a bench."""
    return frozenset(name for resource in real_resources(file) for name in names_of(resource))


def unsettled(file: StationFile) -> list[Unsettled]:
    """Return what a bench is to be told, the oldest first; nothing is opened or held for that."""
    names = device_names(file)
    told = []
    for kept in kept_outcomes(file.real_path, names):
        not_safe = kept.not_safe().items()
        beyond = tuple(device for device, own in not_safe if not names & set(own))
        told.append(Unsettled(kept.outcome.say() + _to_be_said(file, beyond), beyond))
    return told


def _to_be_said(file: StationFile, beyond: tuple[str, ...]) -> str:
    if not beyond:
        return ""
    said = f"bench check --bench {shlex.quote(str(file.path))} --seen-safe {' '.join(beyond)}"
    are = "is" if len(beyond) == 1 else "are"
    return (
        f". The {' and the '.join(beyond)} of that run {are} not in {file.path}: this is told "
        f"until a run has left that safe, or you say that it is: {said}"
    )


def say_safe(file: StationFile, devices: Sequence[str]) -> None:
    """Take somebody's word that devices are safe; raises ConfigError for one that is not known."""
    names = device_names(file)
    known = {device for kept in kept_outcomes(file.real_path, names) for device in kept.not_safe()}
    for device in devices:
        if device not in known:
            hint = nearest(device, known) if known else "no device is"
            raise ConfigError(f'--seen-safe: "{device}" is not known as not safe: {hint}')
    take_word(file.real_path, names, frozenset(devices))
