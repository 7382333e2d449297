"""Proxies that clients make and take away: what `bench proxy` is made of."""

from collections.abc import Collection

from bench.errors import RequestRefused, StationError
from bench.journal import Journal
from bench.network.address import Address
from bench.network.interfaces import is_loopback
from bench.network.link import Link
from bench.proxy.address import listen_address, upstream_address, written
from bench.proxy.proxies import Proxies
from bench.proxy.proxy import Proxy
from bench.proxy.requests import NewProxy


class OwnProxies(Proxies):
    """Proxies that have links of their own.

    Args:
        journal: where connections and faults are written.
        seed: of every proxy's chance.
        unsafe: addresses beside loopback at which proxies may listen, because somebody said so.
    """

    def __init__(self, journal: Journal, seed: int, unsafe: Collection[str] = ()) -> None:
        super().__init__()
        self._journal, self._seed, self._unsafe = journal, seed, unsafe

    def remove(self, name: str) -> None:
        """Take a proxy away: its toxics are cleared, its port is free again."""
        proxy = self.get(name)
        proxy.reset()
        proxy.link.close()
        del self.proxies[name]

    def close(self) -> None:
        """Take every proxy away."""
        for name in list(self.proxies):
            self.remove(name)

    async def _make(self, asked: NewProxy) -> Proxy:
        upstream = upstream_address(asked.upstream)
        link, address = await self._open(asked.name, listen_address(asked.listen), upstream)
        proxy = Proxy(
            asked.name, link, listen=written(address), upstream=asked.upstream,
            journal=self._journal, seed=self._seed,
        )  # fmt: skip
        if not asked.enabled:
            proxy.disable()
        self.proxies[proxy.name] = proxy
        return proxy

    async def _move(self, proxy: Proxy, listen: str | None, upstream: str | None) -> None:
        """Let a proxy listen or lead elsewhere; what is open is dropped, its toxics stay."""
        leads = proxy.link.upstream if upstream is None else upstream_address(upstream)
        at = None if listen is None else listen_address(listen)
        if at is not None and written(at) != proxy.listen:
            link, address = await self._open(proxy.name, at, leads)
            proxy.move(link)
            proxy.listen = written(address)
        proxy.link.lead_to(leads)
        proxy.upstream = upstream or proxy.upstream

    async def _open(self, name: str, at: Address, upstream: Address) -> tuple[Link, Address]:
        if not is_loopback(at[0]) and at[0] not in self._unsafe:
            raise RequestRefused(
                f"listen: {at[0]} is not loopback: others could reach the upstream through it. If "
                f"that is meant, start with --unsafe-proxies {at[0]}"
            )
        link = Link(name, written(upstream), upstream, delay_s=0.0, journal=self._journal)
        try:
            return link, await link.open(*at, unsafe=True)
        except StationError as error:
            raise RequestRefused(str(error), 500) from None
