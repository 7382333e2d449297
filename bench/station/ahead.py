"""What a bench file has wrong, found before anything of the bench is opened."""

from collections.abc import Callable, Mapping

from bench.can.interface.opening import check_interface
from bench.can.restbus import named
from bench.can.roles import RoleMap
from bench.car.model import CarModel
from bench.clock.simulated import SimulatedTime
from bench.config.bench_file import BenchFile, CarSection, StationFile
from bench.config.lin_section import LinSection
from bench.config.network_section import NetworkSection
from bench.config.owner_section import OwnerSection
from bench.errors import ConfigError, nearest, placed
from bench.events.wires import OF_DOORS, TERMINAL_30
from bench.faults.injector import Injector
from bench.journal import Journal
from bench.station.actuators import load_actuators
from bench.station.buses import load_role_maps
from bench.station.cloud_policy import cloud_policy
from bench.station.lin_buses import load_lin
from bench.station.models import SIMULATED, TWIN_BACKENDS, Section, is_device
from bench.station.on_paper import OnPaper
from bench.station.opening import open_station
from bench.station.plan import Plan
from bench.station.real_units import NODES, real_units
from bench.station.safe_sequence import declared_steps
from bench.station.start_end import load_start_end
from bench.station.telematics import telematics_policy
from bench.station.within_models import check_models
from bench.station.words_sent import check_words

IN_MEMORY = "@sim"
BODY_CONTROLLER = "bcm"
MODE = "power_mode"
MODES_SENT = ("off", "on", "ready")  # by a simulated body controller; the last ends a start


def nothing_more(_injector: Injector) -> None:
    """Ask nothing about faults."""


def check_file(
    file: StationFile, model: CarModel, look: Callable[[Injector], object] = nothing_more
) -> None:
    """Raise ConfigError for what is wrong in a bench file; no device is touched.

    What only a device can say (that it is there, that it is this model) is found as it is opened.

    Args:
        file: the station.
        model: the car.
        look: in real time, asks whether the bench's buses, wires and supplies can do faults; on
            simulated time, whoever asks that can open the whole bench.
    """
    real = file.content.bench.time == "real"
    for room, buses in (("can", file.content.can), ("lin", file.content.lin)):
        for bus, section in buses.items():
            check_interface(f"{file.path}: {room}.{bus}", section.interface, real=real)
    check_models(file)
    declared_steps(file)
    load_actuators(file)
    telematics_policy(file, model)
    cloud_policy(file)
    load_lin(file, model)
    role_maps = load_role_maps(file, model)
    units = real_units(file, role_maps).units
    _check_fed(file, units)
    _check_sensed(file, units)
    load_start_end(file, role_maps)
    check_words(model, role_maps, units)
    _check_modes(file, role_maps, simulated=BODY_CONTROLLER not in units)
    _check_restbus(file, role_maps)
    if real:
        _open_simulated_part(file, model, look)


def _check_fed(file: StationFile, real_units: frozenset[str]) -> None:
    """Refuse a bench on which simulated units would have no current, or one that nobody sees."""
    supplies = file.content.supplies
    nets = {name: each.net or name for name, each in supplies.items()}
    simulated = [unit for unit in NODES if unit not in real_units]
    feeding = [name for name, net in nets.items() if net == TERMINAL_30]
    if not feeding and simulated:
        said = ", ".join(f'{name}.net = "{net}"' for name, net in nets.items()) or "there is none"
        first = next(iter(nets), "kl30")
        model = "" if nets else f'model = "{SIMULATED}" and '
        raise ConfigError(
            f'{file.path}: supplies: none feeds the car by its net = "{TERMINAL_30}": {said}; '
            f"the simulated {', '.join(simulated)} hang on it: write {model}"
            f'net = "{TERMINAL_30}" under [supplies.{first}]'
        )
    real = [name for name in feeding if is_device(supplies[name])]
    for name in feeding:
        if real and supplies[name].model == SIMULATED:
            raise ConfigError(
                f"{file.path}: supplies.{name}.model: is simulated, and would feed the simulated "
                f"units while supplies.{real[0]}, which feeds the car, is off: take it out"
            )


def _check_sensed(file: StationFile, real_units: frozenset[str]) -> None:
    """Refuse a meter on the table that waits for what only a simulated body controller moves."""
    for name, meter in file.content.meters.items():
        moved = [line for line in meter.channels if line.startswith(OF_DOORS)]
        if moved and is_device(meter) and BODY_CONTROLLER not in real_units:
            raise ConfigError(
                f"{file.path}: meters.{name}.channels.{moved[0]}: nothing moves it: the body "
                'controller is simulated. If it is on the table, write real = ["bcm"] under [car]; '
                'else the meter has to be simulated, too (model = "simulated")'
            )


def _check_modes(file: StationFile, role_maps: dict[str, RoleMap], *, simulated: bool) -> None:
    """Refuse a power mode of which no value means what is sent, or by which a start is seen."""
    carried = (role_maps[bus].roles.get(MODE) for bus in ("body", *role_maps))
    mode = next(filter(None, carried), None)
    if mode is None:
        return
    ended = file.content.car.start is not None
    needed = MODES_SENT if simulated else () if ended else MODES_SENT[-1:]
    for label in needed:
        if label not in mode.labels:
            raise ConfigError(
                f'{mode.where}: no value means "{label}": {nearest(label, mode.labels)}; one '
                "value may mean several, raw = { on = 5, ready = 5 }"
            )


def _check_restbus(file: StationFile, role_maps: dict[str, RoleMap]) -> None:
    for bus, section in file.content.can.items():
        with placed(f"{file.path}: can.{bus}.restbus"):
            named(role_maps[bus], section.restbus)


def _open_simulated_part(
    file: StationFile, model: CarModel, look: Callable[[Injector], object]
) -> None:
    """Open, on simulated time, what of a real-time bench is simulated: its wires must be there."""
    time = SimulatedTime()
    try:
        time.run(_open_and_close(file, model, time, look))
    finally:
        time.close()


async def _open_and_close(
    file: StationFile, model: CarModel, time: SimulatedTime, look: Callable[[Injector], object]
) -> None:
    part = StationFile(file.path, simulated_part(file.content))
    station = await open_station(part, model, Plan(witness_s=0.0), time, Journal(time.now_ns))
    try:
        look(OnPaper(station, file))
    finally:
        await station.close()


def simulated_part(content: BenchFile) -> BenchFile:
    """Return a bench without what is real on it: devices, interfaces, networks; its units away."""
    return content.model_copy(update={
        "bench": content.bench.model_copy(update={"time": "simulated"}),
        "car": CarSection(real=content.car.real),
        "network": NetworkSection(mutual_tls=content.network.mutual_tls, ocsp=content.network.ocsp),
        "owner": OwnerSection(), "emergency_call": None, "safe": [],
        "can": {bus: section.model_copy(update={
            "interface": "simulated", "channel": None, "options": {}, "cyclic": "bench",
        }) for bus, section in content.can.items()},
        "lin": {bus: _in_memory(section) for bus, section in content.lin.items()},
        "relays": _twins(content.relays), "supplies": _twins(content.supplies),
        "meters": _twins(content.meters),
        "telematics": {k: v for k, v in content.telematics.items() if k != "unit"},
    })  # fmt: skip


def _in_memory(section: LinSection) -> LinSection:
    return section.model_copy(update={"interface": "simulated", "channel": None, "options": {}})


def _twins(sections: Mapping[str, Section]) -> dict[str, Section]:
    """Return what of a kind stands on no table, its twins plugged in in memory."""
    return {
        name: section.model_copy(update={"backend": IN_MEMORY})
        if section.backend in TWIN_BACKENDS else section
        for name, section in sections.items()
        if not is_device(section)
    }  # fmt: skip
