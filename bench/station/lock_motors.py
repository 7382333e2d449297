"""Whether the supply of a real body controller can feed its lock motors, by what the file says."""

from bench.config.bench_file import BenchFile, StationFile
from bench.config.instrument_sections import SupplySection
from bench.events.wires import LOCK_MOTOR, OWN_SUPPLY, TERMINAL_30
from bench.instruments.supply_output import MOTOR_STALL_A
from bench.station.models import is_device
from bench.station.real_units import real_unit_names

# what feeds the motors: the controller's own wire, where something feeds that, or the car's
FEEDING_MOTORS = (f"{OWN_SUPPLY}bcm", TERMINAL_30)


def too_weak(file: StationFile) -> tuple[str, str] | None:
    """Return the key of the supply that may not feed all lock motors at once, and what it lacks.

    The motors are those that meters sense. Simulated motors draw nothing from a real supply, and of
    one that says what its motors draw (`motors_stall_a`) nothing has to be assumed.
    """
    supplies, motors = _feeding(file.content), _sensed(file.content)
    limit_a = sum(supply.current_limit_a for supply in supplies.values())
    low_a, high_a = (len(motors) * stalled_a for stalled_a in MOTOR_STALL_A)
    known = any(supply.motors_stall_a is not None for supply in supplies.values())
    if not supplies or known or limit_a >= high_a:
        return None
    key = f"{' and '.join(f'supplies.{name}' for name in supplies)}.current_limit_a"
    will = "is less than" if limit_a < low_a else "may be less than"
    protected = any(supply.ocp for supply in supplies.values())
    ends = "off by its own protection (ocp)" if protected else "in current limit"
    return key, (
        f"{limit_a:g} A {'together ' if len(supplies) > 1 else ''}{will} what {', '.join(motors)} "
        f"draw when all stall at once, {low_a:g} to {high_a:g} A (assumed: 5 to 10 A each): a "
        f"verdict in which it is {ends} is inconclusive. Say what yours draw as motors_stall_a"
    )


def _sensed(content: BenchFile) -> list[str]:
    """Return the lines of the real lock motors."""
    meters = [meter for meter in content.meters.values() if is_device(meter)]
    return [line for meter in meters for line in meter.channels if line.startswith(LOCK_MOTOR)]


def _feeding(content: BenchFile) -> dict[str, SupplySection]:
    """Return the real supplies that the motors of a real body controller hang on."""
    if "bcm" not in real_unit_names(content.car.real):
        return {}
    for net in FEEDING_MOTORS:
        found = {
            name: supply
            for name, supply in content.supplies.items()
            if is_device(supply) and (supply.net or name) == net
        }
        if found:
            return found
    return {}
