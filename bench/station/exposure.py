"""Where the bench file lets real devices reach the mock cloud."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from bench.config.bench_file import StationFile
from bench.config.network_section import NetworkSection
from bench.errors import ConfigError, StationError, nearest, placed
from bench.network.authority import Authority, StoredAuthority
from bench.network.certificates import MAKER, Certificates
from bench.network.exposure import MQTT_PORT, WEBSOCKET_PORT, Exposure
from bench.network.interfaces import address_of, interface_names, is_loopback
from bench.network.network import DOMAIN, Network
from bench.network.wiretap import Wiretap

if TYPE_CHECKING:
    from bench.network.dns_server import DnsServer

ANYWHERE = {"0.0.0.0", "::"}  # noqa: S104 what is refused


Exposures = dict[str, Exposure]


def exposures(file: StationFile, push: str) -> Exposures:
    """Return where each party's device finds the mock cloud; those not named use free ports.

    Args:
        file: the bench file.
        push: the protocol of the push channel.

    Raises:
        ConfigError: an address that is not loopback stands under `listen`, is not there, or would
            be reached without an authority of its own.
    """
    section = file.content.network
    safe = {party: _safe(file, party, where) for party, where in section.listen.items()}
    unsafe = {party: _unsafe(file, party, where) for party, where in section.unsafe_listen.items()}
    twice = safe.keys() & unsafe.keys()
    if twice:
        raise ConfigError(f"{file.path}: network: {min(twice)} stands under two kinds of listen")
    if (safe or unsafe) and file.content.bench.time != "real":
        raise ConfigError(
            f'{file.path}: network: a device needs [bench] time = "real": no wire reaches '
            "simulated time"
        )
    if unsafe and section.authority is None:
        raise ConfigError(
            f"{file.path}: network.unsafe_listen: needs network.authority: the key of the built-in "
            "one is no secret. Make one with bench provision --out DIR"
        )
    _check_places(file, [*safe.items(), *unsafe.items()])
    ports = _ports(section, push)
    if ports["api"] and ports["api"] == ports["push"]:
        raise ConfigError(
            f"{file.path}: network.push_port: {ports['push']} is api_port, too: each has its own"
        )
    return {
        **{party: Exposure(host, ports) for party, host in safe.items()},
        **{party: Exposure(host, ports, unsafe=True) for party, host in unsafe.items()},
    }


def _check_places(file: StationFile, places: Iterable[tuple[str, str]]) -> None:
    """Raise ConfigError for an address of two parties: by it the bench knows who connects."""
    taken: dict[str, str] = {}
    for party, address in places:
        first = taken.setdefault(address, party)
        if first != party:
            raise ConfigError(
                f"{file.path}: network: {first} and {party} are both at {address}: each has an "
                "address of its own, by which the bench knows whose link a connection belongs to"
            )


async def open_dns(file: StationFile, exposed: Exposures, network: Network) -> "list[DnsServer]":
    """Answer names for every exposed party; return what does, to be closed.

    Raises:
        StationError: an address cannot be had.
    """
    section = file.content.network
    if section.dns_port is None:
        return []
    from bench.network.dns_server import DnsServer

    servers: list[DnsServer] = []
    aliases = {name: f"{service}.{DOMAIN}" for name, service in section.names.items()}
    for party, exposure in exposed.items():
        server = DnsServer(party, network.names, aliases)
        servers.append(server)
        try:
            await server.open(exposure.host, section.dns_port, unsafe=exposure.unsafe)
        except StationError:
            for each in servers:
                each.close()
            raise
    return servers


def certificates(file: StationFile, tap: Wiretap | None = None) -> Certificates:
    """Return what the cloud presents on this bench; raises ConfigError."""
    section = file.content.network
    authority: Authority = MAKER
    if section.authority is not None:
        with placed(f"{file.path}: network.authority"):
            authority = StoredAuthority.load(file.base / Path(section.authority))
    return Certificates(
        authority,
        mutual=section.mutual_tls,
        minimum=section.tls_minimum,
        ocsp=section.ocsp,
        also=_further_names(section),
        keylog=None if tap is None else tap.keylog,
    )


def _further_names(section: NetworkSection) -> dict[str, tuple[str, ...]]:
    """Return by what else devices know each service: names of their own, and addresses."""
    places = {*section.listen.values(), *section.unsafe_listen.values()}
    addresses = sorted(address for place in places if (address := address_of(place)))
    return {
        f"{service}.{DOMAIN}": (
            *(name for name, meant in section.names.items() if meant == service),
            *addresses,
        )
        for service in ("api", "push")
    }


def _ports(section: NetworkSection, push: str) -> dict[str, int]:
    usual = MQTT_PORT if push == "mqtt" else WEBSOCKET_PORT
    push_port = usual if section.push_port is None else section.push_port
    return {"api": section.api_port, "push": push_port}


def _safe(file: StationFile, party: str, where: str) -> str:
    address = _address(file, f"network.listen.{party}", where)
    if not is_loopback(address):
        raise ConfigError(
            f"{file.path}: network.listen.{party}: {where} is not loopback: everybody on that "
            "network could reach the mock cloud. If that is meant, write it under "
            "network.unsafe_listen"
        )
    return address


def _unsafe(file: StationFile, party: str, where: str) -> str:
    if where in ANYWHERE:
        raise ConfigError(
            f"{file.path}: network.unsafe_listen.{party}: {where} is every interface: name the one "
            f"that the device is on ({', '.join(interface_names())})"
        )
    return _address(file, f"network.unsafe_listen.{party}", where)


def _address(file: StationFile, key: str, where: str) -> str:
    address = address_of(where)
    if address is None:
        names = [each for each in interface_names() if address_of(each) is not None]
        raise ConfigError(
            f'{file.path}: {key}: no interface "{where}" with an IPv4 address: '
            f"{nearest(where, names)}"
        )
    return address
