"""The owner's ways that need neither the cloud nor a blade: recipes do what an owner does."""

from bench.access.choosing.plan import is_possible
from bench.access.path import Path, get_path
from bench.station.station import Station

# a button first, then a card, then what the owner has to walk up with
GENTLE = ("rke_fob", "nfc_card")
BLADE = "blade"  # many cars take it for a thief's


def local_way(station: Station, intent: str) -> Path | None:
    """Return the gentlest way by which the owner can do that here (None: there is no such way)."""
    file, model = station.file, station.model
    ways = (get_path(name) for name in sorted(model.file.paths, key=_effort))
    can = (w for w in ways if _lets_in(station, w, intent) and is_possible(file, model, w, intent))
    return next(can, None)


def _effort(name: str) -> tuple[int, str]:
    return GENTLE.index(name) if name in GENTLE else len(GENTLE), name


def _lets_in(station: Station, path: Path, intent: str) -> bool:
    outside = intent in path.serves and intent not in {*path.cloud, *path.only_inside}
    return outside and not path.lacking(station.owner.name) and BLADE not in path.needs
