"""The proxies that clients ask for: those of links that are there anyway."""

from typing import Any

from bench.errors import RequestRefused
from bench.proxy.address import listen_address, upstream_address, written
from bench.proxy.proxy import Proxy
from bench.proxy.requests import NewProxy, ProxyChange, read_body

FIXED = "the proxies here are a bench's links: they cannot be made, moved or taken away"


class Proxies:
    """Proxies by name; which there are is not the clients' to say.

    Args:
        proxies: those.
    """

    def __init__(self, *proxies: Proxy) -> None:
        self.proxies = {proxy.name: proxy for proxy in proxies}

    def get(self, name: str) -> Proxy:
        """Return a proxy; raises RequestRefused."""
        if name not in self.proxies:
            raise RequestRefused("proxy not found", 404)
        return self.proxies[name]

    async def create(self, asked: NewProxy) -> Proxy:
        """Make a proxy; raises RequestRefused."""
        _check_new(asked)
        if asked.name in self.proxies:
            raise RequestRefused("proxy already exists", 409)
        return await self._make(asked)

    async def update(self, name: str, asked: ProxyChange) -> Proxy:
        """Change a proxy's addresses, or take it up or down; raises RequestRefused."""
        proxy = self.get(name)
        listen = None if asked.listen == proxy.listen else asked.listen
        upstream = None if asked.upstream == proxy.upstream else asked.upstream
        if listen is not None or upstream is not None:
            await self._move(proxy, listen, upstream)
        if asked.enabled is not None:
            proxy.enable() if asked.enabled else proxy.disable()
        return proxy

    def remove(self, name: str) -> None:
        """Take a proxy away; raises RequestRefused."""
        self.get(name)
        raise RequestRefused(FIXED)

    async def populate(self, body: Any, done: list[Proxy]) -> None:
        """Make what is asked for, and replace what is there at other addresses.

        Nothing is changed unless everything that is asked for can be read.

        Args:
            body: a list of proxies.
            done: takes those that now are as asked, also where a later one fails.

        Raises:
            RequestRefused: an entry that is not right, or a proxy that cannot be made.
        """
        for asked in _read_all(body):
            there = self.proxies.get(asked.name)
            if there is None or not _leads_so(there, asked):
                if there is not None:
                    self.remove(asked.name)
                there = await self._make(asked)
            done.append(there)

    def reset(self) -> None:
        """Enable every proxy, and take every toxic off."""
        for proxy in self.proxies.values():
            proxy.reset()

    async def _make(self, asked: NewProxy) -> Proxy:
        raise RequestRefused(f"{FIXED} ({asked.name})")

    async def _move(self, proxy: Proxy, listen: str | None, upstream: str | None) -> None:
        del listen, upstream
        raise RequestRefused(f"{FIXED} ({proxy.name})")


def _check_new(asked: NewProxy, place: str = "") -> None:
    for key in ("name", "upstream"):
        if not getattr(asked, key):
            raise RequestRefused(f"missing required field: {key}{place}")
    listen_address(asked.listen)
    upstream_address(asked.upstream)


def _read_all(body: Any) -> list[NewProxy]:
    """Return every entry, all of them right; raises RequestRefused."""
    if not isinstance(body, list):
        raise RequestRefused("bad request body: a list of proxies is needed, in []")
    found: dict[str, NewProxy] = {}
    for number, entry in enumerate(body, 1):
        asked = read_body(NewProxy, entry)
        _check_new(asked, f" at proxy {number}")
        if asked.name in found:
            raise RequestRefused(f'duplicate proxy name "{asked.name}"')
        found[asked.name] = asked
    return list(found.values())


def _leads_so(proxy: Proxy, asked: NewProxy) -> bool:
    """Whether a proxy is where one is asked for; a free port is never the same one."""
    listens = written(listen_address(asked.listen)) == proxy.listen
    return listens and upstream_address(asked.upstream) == proxy.link.upstream
