"""Which paths are walked, and by which owners."""

from collections.abc import Sequence

from bench.access.path import Path, get_path, paths
from bench.car.model import CarModel
from bench.errors import ConfigError, UnknownName
from bench.judge.judge import not_fitted
from bench.judge.verdict import Verdict
from bench.owner.cast import carries


def walked(
    model: CarModel, only: Sequence[str], owners: Sequence[str]
) -> tuple[list[Path], list[Verdict]]:
    """Return the paths to walk, and a verdict for each that was asked for and is not there.

    Raises ConfigError for an owner who was asked for and can walk none of them.
    """
    for name in only:
        if name not in paths().names():
            raise UnknownName("path", name, paths().names())
    wanted = list(only) or model.file.paths
    chosen = [get_path(name) for name in wanted if model.fits(name)]
    missing = []
    for name in wanted:
        if not model.fits(name):
            path = get_path(name)
            intent = path.serves[0]
            reason = f"{model.name} has no {name}"
            missing += [
                not_fitted(f"{owner}.{name}.{intent}", name, intent, owner, reason)
                for owner in owners or (path.owner,)
            ]
    for owner in owners:
        _check_owner(owner, chosen)
    return chosen, missing


def _check_owner(owner: str, chosen: Sequence[Path]) -> None:
    """Raise ConfigError for an owner who can walk none of these paths."""
    lacks = [f"{path.name} needs {', '.join(what)}" for path in chosen
             if (what := path.lacking(owner))]  # fmt: skip
    if chosen and len(lacks) == len(chosen):
        raise ConfigError(
            f"--owners: {owner} ({carries(owner).summary}) can walk none of these paths: "
            f"{'; '.join(lacks)}"
        )


def owners_of(path: Path, only: Sequence[str]) -> list[str]:
    """Return who walks a path: its own owner, or of chosen ones each who can."""
    return [name for name in only if not path.lacking(name)] if only else [path.owner]
