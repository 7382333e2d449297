"""Where a start ends on this bench: a body controller on a table starts no engine."""

from bench.can.roles import RoleMap
from bench.config.bench_file import StartSection, StationFile
from bench.errors import ConfigError, nearest
from bench.recording import READY, EndPoint

LEVELS = ("closed", "open")


def load_start_end(file: StationFile, role_maps: dict[str, RoleMap]) -> EndPoint:
    """Return what counts as started.

    Args:
        file: with `[car.start]`, or without: then it is a car that is ready to drive.
        role_maps: the roles of each bus.

    Raises:
        ConfigError: it names a role, label or line that is not there, or both a role and a line.
    """
    start = file.content.car.start
    if start is None:
        return READY
    if (start.role is None) == (start.line is None):
        raise ConfigError(f"{file.path}: car.start: name a role and its label, or a line: one")
    for key, other in (("label", "line"), ("level", "role")):
        if getattr(start, other) is not None and key in start.model_fields_set:
            own = "role" if other == "line" else "line"
            raise ConfigError(
                f"{file.path}: car.start.{key}: belongs to a {own}, and {other} = "
                f'"{getattr(start, other)}" says where a start ends: leave one of them out'
            )
    if start.line is not None:
        return _by_line(file, start.line, start.level)
    return _by_role(file, start, role_maps)


def running_modes(end: EndPoint) -> frozenset[str]:
    """Return the power modes of a car that was started: without an engine it stays "on"."""
    if end == READY:
        return frozenset({READY.means})
    own = {end.means} if end.name == READY.name and not end.by_line else set[str]()
    return frozenset({READY.means, "on"} | own)


def _by_line(file: StationFile, line: str, level: str) -> EndPoint:
    lines = [name for meter in file.content.meters.values() for name in meter.channels]
    if line not in lines:
        raise ConfigError(
            f'{file.path}: car.start.line: no meter has a line "{line}": {nearest(line, lines)}'
        )
    if level not in LEVELS:
        raise ConfigError(f'{file.path}: car.start.level: no "{level}": {nearest(level, LEVELS)}')
    return EndPoint(line, level, by_line=True)


def _by_role(file: StationFile, start: StartSection, role_maps: dict[str, RoleMap]) -> EndPoint:
    name = start.role or ""
    here = {bus: roles.roles[name] for bus, roles in role_maps.items() if name in roles.roles}
    if not here:
        known = sorted({role for roles in role_maps.values() for role in roles.roles})
        raise ConfigError(
            f'{file.path}: car.start.role: "{name}" is not observable on any bus: '
            f"{nearest(name, known)}"
        )
    labels = sorted({label for role in here.values() for label in role.labels})
    if start.label not in labels:
        raise ConfigError(
            f'{file.path}: car.start.label: {name} has no "{start.label or ""}": '
            f"{nearest(start.label or '', labels)}"
        )
    if (name, start.label) == (READY.name, "off"):
        raise ConfigError(f"{file.path}: car.start.label: a car that is off has not started")
    event = all(role.shape == "pulse" for role in here.values())
    return EndPoint(name, start.label, event=event)
