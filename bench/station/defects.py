"""The defects that a station's car, telematics unit, cloud and app may have."""

from typing import Any

from bench.config.spec import parse, split
from bench.errors import ConfigError, nearest
from bench.registry import Registry, registry
from bench.station.station import Station
from bench.telematics.real_unit import RealUnit

PARTS = ("car", "telematics", "cloud", "owner")


def defects() -> Registry:
    """Return every defect there is."""
    return registry("defect", "*/defects")


def part_of(name: str) -> str:
    """Return which part of a station the defect of a name is fitted to.

    That is the room in whose `defects/` it stands; one of another distribution says so by `part`.

    Raises:
        UnknownName: nothing has that name; ConfigError: it does not say so.
    """
    kind = defects().get(name)
    part = getattr(kind, "part", "") or defects().room_of(name)
    if part not in PARTS:
        raise ConfigError(
            f'the defect "{name}" ({kind.__module__}:{kind.__qualname__}): '
            f'part = "{part}" is no part of a station; {nearest(part, PARTS)}'
        )
    return str(part)


def fit_defects(station: Station) -> None:
    """Switch on the defects that the car file and the plan name."""
    source = str(station.model.path)
    for text in (*station.model.file.defects, *station.plan.defects):
        defect = parse(text, defects(), source=f"{source}: defects")
        defect.fit(_part(station, split(text, source=source)[0]))


def _part(station: Station, name: str) -> Any:
    """Return what the defect of a name is fitted to."""
    part = part_of(name)
    if part == "telematics" and isinstance(station.telematics, RealUnit):
        raise ConfigError(
            f'{station.file.path}: telematics.unit = "real": defects of the mocked unit cannot be '
            f"fitted to it ({name})"
        )
    return getattr(station, part)
