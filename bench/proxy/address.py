"""Addresses as Toxiproxy writes them: host:port, where an empty host means every interface."""

from bench.errors import RequestRefused
from bench.network.address import Address

EVERYWHERE = "0.0.0.0"  # noqa: S104 refused unless somebody says that it is meant
_AS_IPV4 = {"": EVERYWHERE, "::": EVERYWHERE, "localhost": "127.0.0.1", "::1": "127.0.0.1"}


def split_address(text: str, key: str) -> Address:
    """Return host and port.

    >>> split_address("db.example:5432", "upstream"), split_address("[::1]:80", "upstream")
    (('db.example', 5432), ('::1', 80))

    Raises:
        RequestRefused: it is not host:port.
    """
    host, colon, port = text.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise RequestRefused(f'{key}: "{text}" is not host:port, as in 127.0.0.1:6379')
    return host.removeprefix("[").removesuffix("]"), int(port)


def listen_address(text: str) -> Address:
    """Return where a proxy is to listen; no address at all means a free port on loopback.

    >>> listen_address("localhost:26379"), listen_address(":80"), listen_address("")
    (('127.0.0.1', 26379), ('0.0.0.0', 80), ('127.0.0.1', 0))
    """
    if not text:
        return "127.0.0.1", 0
    host, port = split_address(text, "listen")
    return _AS_IPV4.get(host, host), port


def upstream_address(text: str) -> Address:
    """Return where a proxy leads to.

    >>> upstream_address(":6379")
    ('127.0.0.1', 6379)
    """
    host, port = split_address(text, "upstream")
    if port == 0:
        raise RequestRefused(f'upstream: "{text}" has no port to connect to')
    return host or "127.0.0.1", port


def written(address: Address) -> str:
    """Return an address as Toxiproxy writes it.

    >>> written(("::1", 80))
    '[::1]:80'
    """
    host = f"[{address[0]}]" if ":" in address[0] else address[0]
    return f"{host}:{address[1]}"
