"""What helps an owner: the ways into a car that can be tried with what is carried."""

from bench.access.choosing.selection import Selection
from bench.access.path import get_path
from bench.car.model import CarModel


def ways_of(model: CarModel, selection: Selection) -> dict[str, dict[str, list[str]]]:
    """Return what helps each owner of a selection: per intent, the fitted paths that are carried.

    A selection may try only some of them: who is stranded is then known no better.
    """
    owners = dict.fromkeys(group.baseline.owner for group in selection.groups)
    fitted = [get_path(name) for name in model.file.paths]
    found: dict[str, dict[str, list[str]]] = {owner: {} for owner in owners}
    for owner in owners:
        for path in (p for p in fitted if not p.lacking(owner)):
            for intent in (i for i in path.serves if i not in path.only_inside):
                found[owner].setdefault(intent, []).append(path.name)
    return found
