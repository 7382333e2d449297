"""The defects that a station's car, telematics unit, cloud and app may have."""

from typing import TYPE_CHECKING, Any

from bench.config.spec import parse
from bench.errors import ConfigError
from bench.registry import Registry, registry
from bench.telematics.real_unit import RealUnit

if TYPE_CHECKING:
    from bench.station.station import Station


def defects() -> Registry:
    """Return every defect there is."""
    return registry("defect", "*/defects")


def fit_defects(station: "Station") -> None:
    """Switch on the defects that the car file and the plan name."""
    source = str(station.model.path)
    for text in (*station.model.file.defects, *station.plan.defects):
        defect = parse(text, defects(), source=f"{source}: defects")
        defect.fit(_part(station, defect))


def _part(station: "Station", defect: Any) -> Any:
    """Return what a defect is fitted to: the room in whose `defects/` it stands."""
    room = type(defect).__module__.split(".")[-3]
    if room == "telematics" and isinstance(station.telematics, RealUnit):
        raise ConfigError(
            f'{station.file.path}: telematics.unit = "real": defects of the mocked unit cannot be '
            f"fitted to it ({type(defect).__name__})"
        )
    parts = {"car": station.car, "telematics": station.telematics, "cloud": station.cloud,
             "owner": station.owner}  # fmt: skip
    return parts[getattr(defect, "part", room)]
