"""Which faults a campaign injects where nothing else is asked for: every one of the cloud's."""

from collections.abc import Collection

from bench.config.bench_file import BenchFile
from bench.faults.injector import faults, layer_named, parse_fault
from bench.presentation.layers import OF_THE_CAR

LAYERS = ("dns", "link", "tcp", "tls", "http", "push", "service")
# where a fault means another thing with another parameter, a campaign runs both
VARIANTS = {"http_status": ("http_status", "http_status:retry_after_s=30.0")}


def default_faults(push: str, without: Collection[str] = ()) -> list[str]:
    """Return the faults of the cloud as users write them, layer by layer.

    Args:
        push: the protocol by which the cloud reaches the telematics unit.
        without: names of faults that the bench cannot do.
    """
    out_of_place = {name for name in _of_the_cloud() if _why_not(name, push)} | set(without)
    fitting = [name for name in _of_the_cloud() if name not in out_of_place]
    names = sorted(fitting, key=lambda name: _layer_order(layer_named(name)))
    return [spec for name in names for spec in VARIANTS.get(name, (name,))]


def out_of_reach(content: BenchFile, push: str) -> dict[str, str]:
    """Return the faults of the cloud that a campaign on this bench does not inject, and why not."""
    found = {}
    network = content.network
    real = {*network.listen, *network.unsafe_listen}
    for name in _of_the_cloud():
        needs = faults().get(name).needs
        section, _, field = needs.partition(".")
        if why := _why_not(name, push):
            found[name] = why
        elif needs and getattr(getattr(content, section), field) in {False, "off"}:
            found[name] = f"the bench file does not switch on {needs}"
        elif why := _beyond(name, real):
            found[name] = why
    return found


def _why_not(name: str, push: str) -> str:
    """Return why a fault has nothing to act on in a campaign ("": it has)."""
    fault = faults().get(name)
    if fault.push not in {"", push}:
        return f'it acts on {fault.push}, and telematics.push is "{push}"'
    return str(fault.beyond_campaigns)


def _beyond(name: str, real: Collection[str]) -> str:
    """Return why a fault, as a campaign injects it, cannot be done to real devices."""
    return parse_fault(name, source=name).beyond(real)


def _of_the_cloud() -> list[str]:
    # what the cloud's failing does to a car is asked; the car's own buses and wires by name only
    return [name for name in faults().names() if layer_named(name) not in OF_THE_CAR]


def _layer_order(layer: str) -> int:
    return LAYERS.index(layer) if layer in LAYERS else len(LAYERS)
