"""What a verdict is stamped with: on what kind of bench it was earned."""

from typing import Any, Literal

from bench.config.bench_file import BenchFile, CanSection
from bench.config.lin_section import LinSection
from bench.station.models import SIMULATED, is_device

Stamp = Literal["simulated", "virtual", "hardware"]
NO_WIRE = frozenset({SIMULATED, "virtual", "udp_multicast"})  # of python-can's interfaces
NO_CONTROLLER = ("vcan", "vxcan")  # what SocketCAN's virtual channels are called


def stamp_of(content: BenchFile) -> Stamp:
    """Return a bench's stamp.

    In simulated time it is "simulated". In real time one thing of copper is enough for "hardware":
    a CAN or LIN interface, an instrument, a unit of the car, a device on the network; else
    it is "virtual".
    """
    if content.bench.time == "simulated":
        return "simulated"
    buses: list[CanSection | LinSection] = [*content.can.values(), *content.lin.values()]
    groups: tuple[dict[str, Any], ...] = (content.relays, content.supplies, content.meters)
    real = (
        any(map(has_wire, buses))
        or any(is_device(section) for group in groups for section in group.values())
        or bool(content.car.real)
        or content.telematics.get("unit") == "real"
    )
    return "hardware" if real else "virtual"


def has_wire(bus: CanSection | LinSection) -> bool:
    """Whether a bus has lines of copper, by its section."""
    if bus.interface == "socketcan":
        return not str(bus.channel).startswith(NO_CONTROLLER)
    return bus.interface not in NO_WIRE
