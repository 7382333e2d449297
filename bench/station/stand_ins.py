"""Who sends a message: a unit that is there, or the bench in place of one that is not."""

from typing import TYPE_CHECKING

from bench.can.transmitter import Transmitter
from bench.car.harness import STAND_IN
from bench.errors import ConfigError

if TYPE_CHECKING:
    from bench.station.station import Station


def spoken(station: "Station", bus: str) -> frozenset[str]:
    """Return the messages that units which are there send, real ones and simulated ones."""
    return station.real.messages[bus] | station.car.cyclic_messages(bus)


def stand_in(station: "Station", bus: str, message: str) -> Transmitter:
    """Return what sends a message, whenever it is told to, for a unit that is not there.

    Raises:
        ConfigError: there is no such message, or a unit that is there sends it.
    """
    roles = station.buses.role_maps[bus]
    definition = roles.database.message(message)
    if message in spoken(station, bus):
        raise ConfigError(f"can.{bus}: {message} is sent by a unit that is there")
    return Transmitter(station.buses.bench_port(bus, STAND_IN), definition, roles)
