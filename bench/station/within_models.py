"""Whether the models of a bench's instruments have what its file asks of them; opens nothing."""

from collections.abc import Iterator
from importlib.util import find_spec

from bench.config.bench_file import StationFile
from bench.config.instrument_sections import MeterSection, SupplySection
from bench.errors import ConfigError, MissingExtra, nearest
from bench.instruments.supply_output import too_weak
from bench.station.models import SIMULATED, TWIN_BACKENDS, Section, driver_of, is_device
from bench.station.visa_names import check_visa


def check_models(file: StationFile) -> None:
    """Raise ConfigError for a model that there is not, or a number or value that it has not."""
    content = file.content
    for name, board in content.relays.items():
        _numbers(file, f"relays.{name}", _model(file, "relays", name, board),
                 {f"channels.{f}": n for f, n in board.numbers.items()})  # fmt: skip
    for name, meter in content.meters.items():
        _check_poles(file, name, meter)
        lines = {f"channels.{line}": n for line, n in meter.channels.items()}
        lines |= {f"reverse.{line}": n for line, n in meter.reverse.items()}
        _numbers(file, f"meters.{name}", _model(file, "meters", name, meter), lines)
    for name, supply in content.supplies.items():
        model = _model(file, "supplies", name, supply)
        for key, problem in _beyond(getattr(model, "outputs", {}), supply):
            raise ConfigError(f"{file.path}: supplies.{name}.{key}: {problem}")


def _model(file: StationFile, kind: str, name: str, section: Section) -> type:
    found = driver_of(file, kind, name, section)
    if is_device(section) and not section.resource:
        raise ConfigError(f"{file.path}: {kind}.{name}.resource: is missing: which VISA resource?")
    check_visa(f"{file.path}: {kind}.{name}", section)
    _check_twin(f"{file.path}: {kind}.{name}.backend", section)
    return found


def _check_twin(where: str, section: Section) -> None:
    """Refuse a twin that cannot be plugged in: each is first tried in memory."""
    twin = section.model != SIMULATED and section.backend in TWIN_BACKENDS
    if twin and find_spec("pyvisa_sim") is None:
        raise MissingExtra(f'{where}: "{section.backend}"', "sim")


def _numbers(file: StationFile, where: str, model: type, asked: dict[str, int]) -> None:
    """Refuse numbers that a model has not (models that do not say theirs take any)."""
    has = getattr(model, "numbers", None)
    for key, number in asked.items():
        if has is not None and number not in has:
            raise ConfigError(
                f"{file.path}: {where}.{key}: {number}: this model has {has[0]} to {has[-1]}"
            )


def _check_poles(file: StationFile, name: str, meter: MeterSection) -> None:
    """Refuse what is said of the wiring of a line that there is not."""
    for key, lines in (("reverse", meter.reverse), ("inverted", meter.inverted)):
        for line in lines:
            if line not in meter.channels:
                hint = nearest(line, meter.channels)
                raise ConfigError(f'{file.path}: meters.{name}.{key}: no channel "{line}": {hint}')


def _beyond(
    outputs: dict[int, tuple[float, float]], supply: SupplySection
) -> Iterator[tuple[str, str]]:
    """Yield what is asked of a supply beyond what it gives, by key."""
    if supply.ovp_v is not None and supply.ovp_v <= supply.voltage_v:
        volts = f"voltage_v = {supply.voltage_v:g} V"
        yield "ovp_v", f"{supply.ovp_v:g} V is not above {volts}"
    if supply.motors_stall_a is not None and supply.current_limit_a < supply.motors_stall_a:
        motors = f"motors_stall_a = {supply.motors_stall_a:g} A"
        yield (
            "current_limit_a",
            f"{supply.current_limit_a:g} A is less than the lock motors draw together, {motors}",
        )
    if not outputs:
        return
    if supply.channel not in outputs:
        known = ", ".join(map(str, sorted(outputs)))
        yield "channel", f"{supply.channel}: this model has {known}"
        return
    most_v, most_a = outputs[supply.channel]
    if supply.voltage_v > most_v:
        yield "voltage_v", f"{supply.voltage_v:g} V: this output gives at most {most_v:g} V"
    if supply.current_limit_a > most_a:
        hint = too_weak(supply.current_limit_a, most_a)
        asked = f"{supply.current_limit_a:g} A"
        yield "current_limit_a", f"{asked}: this output gives at most {most_a:g} A{hint}"
