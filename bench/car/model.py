"""A car as data: what is fitted, how its units are set, on which databases it speaks."""

from collections import Counter
from dataclasses import dataclass
from os import fspath
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from annotated_types import Interval
from pydantic import Field

from bench.config.bench_file import BUSES, INNER
from bench.config.toml_file import read_toml
from bench.config.validation import Section, check, check_typed
from bench.diagnosis.address import UnitAddress
from bench.errors import ConfigError, UnknownName, nearest
from bench.file_name import FileName, beside, meant
from bench.registry import ROOT, registry

ParametersT = TypeVar("ParametersT")
UNITS = ("bcm", "digital_key", "passive_entry", "immobiliser", "gateway", "head_unit", "telematics")
DATA = "cars"
LONGEST_S = 300.0  # nobody stands at a door for longer
Limit = Annotated[float, Interval(gt=0, le=LONGEST_S)]  # seconds


class CarBus(Section):
    """`[can.<bus>]` of a car file: what the car speaks there."""

    roles: str
    databases: list[str] = Field(default_factory=list)
    bitrate: int = Field(default=500_000, ge=1_000, le=1_000_000)
    data_bitrate: int = Field(default=2_000_000, ge=1_000, le=8_000_000)


class CarLin(Section):
    """`[lin.<bus>]` of a car file: what the car speaks there (`databases`: its LDF file)."""

    roles: str
    databases: list[str] = Field(default_factory=list)
    bitrate: int = Field(default=19_200, ge=1_000, le=20_000)


class LimitSection(Section):
    """`[limits.<path>]`: how long a path may take, and who says so."""

    unlock_s: Limit | None = None
    lock_s: Limit | None = None
    start_s: Limit | None = None
    stop_s: Limit | None = None
    wake_s: Limit | None = None
    source: str


class MovementSection(Section):
    """`[movements.<function>]`: how the car drives its locks for one request.

    `pulses` is how often it drives the same motor for it (a double lock: 2), `within_s` in which
    time after the first pulse all of it has moved (doors that follow one another: longer).
    """

    pulses: int = Field(default=1, ge=1, le=5)
    within_s: float = Field(default=1.0, gt=0.0, le=10.0)


class CarFile(Section):
    """A car file as a whole."""

    summary: str
    vin: str = Field(default="BENCH000000000001", pattern=r"^[A-Za-z0-9_.-]+$")
    paths: list[str]
    defects: list[str] = Field(default_factory=list)
    can: dict[str, CarBus]
    lin: dict[str, CarLin] = Field(default_factory=dict)
    limits: dict[str, LimitSection] = Field(default_factory=dict)
    units: dict[str, dict[str, Any]] = Field(default_factory=dict)
    diagnosis: dict[str, UnitAddress] = Field(default_factory=dict)
    starting_state: dict[str, str] = Field(default_factory=dict)
    movements: dict[Literal["unlock", "lock"], MovementSection] = Field(default_factory=dict)


@dataclass(frozen=True)
class CarModel:
    """A car file that has been read.

    Attributes:
        name: what it is called.
        path: the file (names in it are relative to its folder).
        file: what it says.
    """

    name: str
    path: Path
    file: CarFile

    @property
    def shipped(self) -> bool:
        """Whether it is one of the bench's own cars, known by its name alone."""
        return self.path.parent == ROOT / DATA

    @property
    def own_file(self) -> Path | None:
        """Where a car of the user's is described; None: it is one of the bench's own."""
        return None if self.shipped else self.path

    def parameters(self, unit: str, model: type[ParametersT]) -> ParametersT:
        """Return a unit's parameters; raises ConfigError for what the unit does not know."""
        data = self.file.units.get(unit, {})
        return check_typed(model, data, source=str(self.path), prefix=f"units.{unit}")

    def fits(self, *paths: str) -> bool:
        """Whether any of these paths is fitted."""
        return any(path in self.file.paths for path in paths)


def car_names() -> list[str]:
    """Return the names of the cars that are shipped."""
    return sorted(file.stem for file in (ROOT / DATA).glob("*.toml"))


def load_car(name: FileName, base: FileName, source: str = "") -> CarModel:
    """Return a shipped car by name, or one from a file of the user's (`….toml`).

    Args:
        name: which.
        base: the folder in which a file of the user's is looked for.
        source: where the name was given.

    Raises:
        UnknownName: no such car; ConfigError: its file is wrong.
    """
    name, base = fspath(name), Path(base)
    path = base / name if name.endswith(".toml") else ROOT / DATA / f"{name}.toml"
    if not name.endswith(".toml") and not path.is_file():
        raise UnknownName("car", name, [*car_names(), *beside(name, base)], source)
    if source and not path.exists():
        raise ConfigError(f"{source}: {path}: no such file{meant(path)}")
    file = check(CarFile, read_toml(path), source=str(path))
    _check_names(file, path)
    return CarModel(path.stem, path, file)


def _check_diagnosis(file: CarFile, path: Path) -> None:
    answers: dict[tuple[str, int], str] = {}
    for unit, address in file.diagnosis.items():
        where = f"{path}: diagnosis.{unit}"
        if address.bus not in file.can:
            near = nearest(address.bus, file.can)
            raise ConfigError(f'{where}.bus: no "{address.bus}": {near}')
        first = answers.setdefault((address.bus, address.response), unit)
        if first != unit:
            raise ConfigError(f"{where}.response: 0x{address.response:X} is that of {first}, too")


def _check_names(file: CarFile, path: Path) -> None:
    paths = registry("path", "access/paths").names()
    for kind, given, known in (
        ("paths", file.paths, paths),
        ("limits", list(file.limits), paths),
        ("units", list(file.units), list(UNITS)),
    ):
        for name in given:
            if name not in known:
                raise ConfigError(f'{path}: {kind}: no "{name}": {nearest(name, known)}')
    for name, times in Counter(file.paths).items():
        if times > 1:
            raise ConfigError(f'{path}: paths: "{name}" stands there {times} times')
    _check_diagnosis(file, path)
    for bus in file.lin:
        if bus in {*file.can, INNER}:
            raise ConfigError(f"{path}: lin.{bus}: is the name of a CAN bus")
    for bus in BUSES:
        if bus not in file.can:
            there = ", ".join(each for each in file.can if each not in BUSES)
            named = f": by that name the bench asks for it; there is {there}" if there else ""
            raise ConfigError(f"{path}: can.{bus}: is missing{named}")
