"""Who sends a message: a unit that is there, or the bench in place of one that is not."""

from collections.abc import Sequence

from bench.can.restbus import Restbus
from bench.can.restbus_node import RestbusNode
from bench.can.transmitter import Transmitter
from bench.car.harness import STAND_IN
from bench.errors import ConfigError
from bench.station.station import Station


def spoken(station: Station, bus: str) -> frozenset[str]:
    """Return the messages that units which are there send, real ones and simulated ones."""
    return station.real.messages[bus] | station.car.cyclic_messages(bus)


def stand_in(station: Station, bus: str, message: str) -> Transmitter:
    """Return what sends a message, whenever it is told to, for a unit that is not there.

    Raises:
        ConfigError: there is no such message, or a unit that is there sends it.
    """
    roles = station.buses.role_maps[bus]
    definition = roles.database.message(message)
    if message in spoken(station, bus):
        raise ConfigError(f"can.{bus}: {message} is sent by a unit that is there")
    return Transmitter(station.buses.bench_port(bus, STAND_IN), definition, roles)


def start_restbus(
    station: Station, bus: str, senders: Sequence[str] = (), messages: Sequence[str] = ()
) -> RestbusNode:
    """Start a restbus and return it; called on the loop.

    What real and simulated units send, it leaves to them: a message has one sender.

    Raises:
        ConfigError: no such sender or message.
    """
    roles, port = station.buses.role_maps[bus], station.buses.bench_port(bus, STAND_IN)
    without = spoken(station, bus) | roles.nm_messages()
    sent = Restbus(port, roles, senders=senders, messages=messages, without=without)
    station.sites[bus].stood_in.update(line.message for line in sent.describe())
    node = RestbusNode(sent, port, roles.network_management)
    station.car.stand_in(bus, sent)
    node.start()
    return node
