"""The links of an open station as proxies, for clients of Toxiproxy."""

from bench.config.bench_file import StationFile
from bench.errors import ConfigError
from bench.network.network import DOMAIN, LOOPBACK, Network
from bench.proxy.address import written
from bench.proxy.proxies import Proxies
from bench.proxy.proxy import Proxy
from bench.proxy.rest import Rest


def link_proxies(network: Network, seed: int) -> Proxies:
    """Return a proxy for every link, named `phone_api`, `tcu_push` and so on."""
    return Proxies(*(
        Proxy(
            f"{party}_{service}", link,
            listen=written(network.names.table[party, f"{service}.{DOMAIN}"]),
            upstream=written(link.upstream), journal=network.journal, seed=seed,
        )
        for (party, service), link in network.links.items()
    ))  # fmt: skip


def toxiproxy_port(file: StationFile) -> int | None:
    """Return where clients of Toxiproxy drive the links (None: nowhere); raises ConfigError."""
    port = file.content.network.toxiproxy_port
    if port is not None and file.content.bench.time != "real":
        raise ConfigError(
            f'{file.path}: network.toxiproxy_port: needs [bench] time = "real": no client reaches '
            "simulated time"
        )
    return port


async def open_toxiproxy(port: int, network: Network, seed: int) -> Rest:
    """Answer clients of Toxiproxy on loopback; raises StationError where the port is taken."""
    rest = Rest(link_proxies(network, seed))
    await rest.open(LOOPBACK, port)
    return rest
