"""`bench.toml`: the station, never the test."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from bench.config.doubles import refuse_doubles
from bench.config.emergency_call_section import EmergencyCallSection
from bench.config.instrument_sections import MeterSection, RelaysSection, SupplySection
from bench.config.limits_section import LimitsSection
from bench.config.lin_section import LinSection
from bench.config.network_section import NetworkSection
from bench.config.owner_section import OwnerSection
from bench.config.requirements_section import RequirementsSection
from bench.config.toml_file import read_toml
from bench.config.validation import Section, check
from bench.errors import ConfigError
from bench.file_name import FileName

FILE_NAME = "bench.toml"
INSTRUMENTS = ("relays", "supplies", "meters")
BUSES = ("body", "telematics")  # that every car has; of others the car file tells
INNER = "inner"  # the one that no bench sees
DEFAULT = Path(__file__).parent / "default.toml"


class BenchSection(Section):
    """`[bench]`.

    `compress` divides what a run only waits for: phases of an outage, pauses, times between tries.
    `guardian` makes real instruments safe when the run no longer can: when it has died, or when its
    loop was silent for longer than `heartbeat_s`.
    `capture` keeps what each scenario's network carries, as pcapng with TLS secrets.
    `cpu` is the one processor that the bench's process, and what it starts, keeps to in real time.
    """

    name: str = "bench"
    time: Literal["simulated", "real"] = "simulated"
    seed: int = Field(default=1, ge=0)
    car: str | None = None
    compress: float = Field(default=1.0, ge=1.0)
    guardian: bool = True
    capture: bool = False
    heartbeat_s: float = Field(default=5.0, ge=0.5, le=60.0)
    cpu: int | None = Field(default=None, ge=0)


class StartSection(Section):
    """`[car.start]`: where a start ends on this bench, if the engine cannot come to life on it.

    Either a role and its label on a bus ("power_mode", "on"), or the level of a meter's line
    ("terminal_15", "closed").
    """

    role: str | None = None
    label: str | None = None
    line: str | None = None
    level: str = "closed"


class CarSection(Section):
    """`[car]`: `real` names the units that stand on the table, among the simulated ones."""

    real: list[str] = Field(default_factory=list)
    start: StartSection | None = None


class CanSection(Section):
    """`[can.<bus>]`: a python-can interface, or the simulated bus.

    `restbus` names senders, or messages where senders are unknown, that the bench sends in place
    of units that are not there. `car_channel` is where the simulated car is connected, if that is
    another channel on the same wires than the bench's own. `options` go to python-can as they are.
    `cyclic` says who sends cyclic messages: the bench frame by frame, or the kernel (SocketCAN).
    Bit rates are those of ISO 11898: to 1 Mbit/s, and to 8 Mbit/s in the data phase, which is never
    the slower one.
    """

    interface: str = "simulated"
    channel: str | int | None = None
    car_channel: str | int | None = None
    bitrate: int | None = Field(default=None, ge=1_000, le=1_000_000)
    data_bitrate: int | None = Field(default=None, ge=1_000, le=8_000_000)
    options: dict[str, Any] = Field(default_factory=dict)
    cyclic: Literal["bench", "kernel"] = "bench"
    databases: list[str] = Field(default_factory=list)
    roles: str | None = None
    restbus: list[str] = Field(default_factory=list)

    @field_validator("data_bitrate")
    @classmethod
    def _no_slower(cls, value: int | None, others: ValidationInfo) -> int | None:
        bitrate = others.data.get("bitrate")
        if value is not None and bitrate is not None and value < bitrate:
            raise ValueError(f"{value} is below bitrate = {bitrate}")
        return value


class DiagnosisSection(Section):
    """`[diagnosis]`: how the bench asks units.

    `tester_present` has every unit told that a tester is there: it then does not sleep, and
    neither does its bus.
    """

    tester_present: bool = False


class SafeSection(Section):
    """`[[safe]]`: a step of the safe sequence.

    `off` names a board or supply ("relays.doors", "supplies.kl30") or one channel of a board
    ("relays.doors.start_button"). What no step names follows afterwards, relays before supplies.
    """

    off: str
    then_wait_s: float = Field(default=0.0, ge=0.0, le=10.0)


class BatterySection(Section):
    """`[battery]`: the 12 V battery that the car would have, and the rest of the car.

    `capacity_ah` is its nominal capacity, `charge` the share of it when the car is parked,
    `least_charge` the share below which the car no longer starts, `quiescent_ma` what units draw
    all the time that are in the car and not on the bench. All defaults are assumed.
    """

    capacity_ah: float = Field(default=60.0, gt=0.0)
    charge: float = Field(default=0.8, gt=0.0, le=1.0)
    least_charge: float = Field(default=0.5, ge=0.0, lt=1.0)
    quiescent_ma: float = Field(default=15.0, ge=0.0)

    @model_validator(mode="after")
    def _can_lose_something(self) -> "BatterySection":
        if self.least_charge >= self.charge:
            raise ValueError(
                f"least_charge = {self.least_charge:g} is not below charge = {self.charge:g}"
            )
        return self


class BenchFile(Section):
    """A bench file as a whole.

    `telematics`, `cloud` and `app` are checked by the models of those rooms.
    """

    bench: BenchSection = BenchSection()
    car: CarSection = CarSection()
    can: dict[str, CanSection] = Field(default_factory=dict)
    lin: dict[str, LinSection] = Field(default_factory=dict)
    relays: dict[str, RelaysSection] = Field(default_factory=dict)
    supplies: dict[str, SupplySection] = Field(default_factory=dict)
    meters: dict[str, MeterSection] = Field(default_factory=dict)
    diagnosis: DiagnosisSection = DiagnosisSection()
    network: NetworkSection = NetworkSection()
    emergency_call: EmergencyCallSection | None = None
    safe: list[SafeSection] = Field(default_factory=list)
    owner: OwnerSection = OwnerSection()
    requirements: RequirementsSection | None = None
    battery: BatterySection = BatterySection()
    limits: LimitsSection = LimitsSection()
    telematics: dict[str, Any] = Field(default_factory=dict)
    cloud: dict[str, Any] = Field(default_factory=dict)
    app: dict[str, Any] = Field(default_factory=dict)


@dataclass(frozen=True)
class StationFile:
    """A bench file that has been read.

    Attributes:
        path: the file.
        content: what it says.
    """

    path: Path
    content: BenchFile

    @property
    def base(self) -> Path:
        """The folder that names in it are relative to."""
        return self.path.parent

    @property
    def real_path(self) -> str:
        """The file, by whichever of its names it was given."""
        return str(self.path.resolve())


def _completed(content: BenchFile) -> BenchFile:
    """Return a bench on simulated time with the built-in one's instruments where it names none.

    A kind counts as named also if its table is empty: `[meters]` alone is a bench without meters.
    In real time nothing is made up: what is not named is not on the table.
    """
    absent = set(INSTRUMENTS) - content.model_fields_set
    if content.bench.time == "real" or not absent:
        return content
    built_in = check(BenchFile, read_toml(DEFAULT), source=str(DEFAULT))
    return content.model_copy(update={kind: getattr(built_in, kind) for kind in absent})


def load_bench(path: FileName | None) -> StationFile:
    """Read a bench file: `path`, else `bench.toml` here if there is one, else the default.

    On simulated time, kinds of instruments that it does not name are the built-in bench's.

    Raises:
        ConfigError: it cannot be read, or something in it is wrong.
    """
    path = None if path is None else Path(path)
    if path is None:
        here = Path.cwd() / FILE_NAME
        path = here if here.exists() else DEFAULT
    content = _completed(check(BenchFile, read_toml(path), source=str(path)))
    for bus in content.can:
        if bus == INNER or not bus.isidentifier():
            raise ConfigError(f"{path}: can.{bus}: is no name for a bus")
    for bus in content.lin:
        if bus in {*BUSES, *content.can, INNER} or not bus.isidentifier():
            raise ConfigError(f"{path}: lin.{bus}: is the name of a CAN bus, or no name")
    if content.car.real and content.bench.time == "simulated":
        raise ConfigError(
            f'{path}: car.real: a real unit lives in real time: set bench.time = "real"'
        )
    refuse_doubles(path, content.relays, content.supplies, content.meters)
    return StationFile(path, content)
