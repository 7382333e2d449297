"""What is known of a model, in words: for `bench list models` and the reference."""

from bench.instruments.driver import Driver
from bench.instruments.line_reader import LineReader
from bench.instruments.relay_board import RelayDriver
from bench.instruments.supply_output import MOTOR_STALL_A, SupplyDriver


def facts(model: type) -> dict[str, str]:
    """Return what a model of instrument is known to do, by what it is called.

    Simulated models have no wire, and no facts.
    """
    if not issubclass(model, Driver):
        return {}
    return {
        **_channels(model),
        "readback": _readback(model),
        "between commands": f"{model.gap_s * 1000:g} ms" if model.gap_s else "no pause needed",
        **_outputs(model),
        "tried on the device": model.tried_on_device,
    }


def _channels(model: type[Driver]) -> dict[str, str]:
    if issubclass(model, SupplyDriver):
        return {
            "outputs": ", ".join(f"{n}: {v:g} V {a:g} A" for n, (v, a) in model.outputs.items())
        }
    if issubclass(model, RelayDriver | LineReader):
        first, last = model.numbers[0], model.numbers[-1]
        name = "channels" if issubclass(model, RelayDriver) else "lines"
        return {name: f"{first} to {last}" if first != last else f"{first}"}
    return {}


def _readback(model: type[Driver]) -> str:
    if issubclass(model, LineReader):
        return f"asked every {model.sample_s * 1000:g} ms"
    if not model.reads_back:
        return "none: commanded, never verified"
    return "its register: verified" if issubclass(model, RelayDriver) else "verified"


def _outputs(model: type[Driver]) -> dict[str, str]:
    if issubclass(model, RelayDriver):
        current = "see its data sheet" if model.contact_a is None else f"{model.contact_a:g} A"
        return {
            "contact": current + (", latching" if model.latching else ""),
            "after a loss of power": model.at_power_on,
        }
    if issubclass(model, SupplyDriver):
        return {
            "feeds a stalled lock motor": _feeds(model),
            "after a loss of power": model.at_power_on,
        }
    return {}


def _feeds(model: type[SupplyDriver]) -> str:
    most_a = max(amperes for _, amperes in model.outputs.values())
    low_a, high_a = MOTOR_STALL_A
    if most_a >= high_a:
        return "yes"
    return f"no: {most_a:g} A" if most_a < low_a else f"a small one: {most_a:g} of {high_a:g} A"
