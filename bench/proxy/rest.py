"""Toxiproxy's REST interface over proxies.

Paths, status codes and error bodies are those of Toxiproxy 2.6 (api.go of Shopify/toxiproxy).
"""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from typing import Any, cast

from aiohttp import web

from bench import __version__
from bench.errors import RequestRefused, StationError
from bench.network.address import Address
from bench.network.interfaces import is_loopback
from bench.proxy.metrics import CONTENT_TYPE, metrics
from bench.proxy.proxies import Proxies
from bench.proxy.proxy import Proxy
from bench.proxy.requests import NewProxy, NewToxic, ProxyChange, ToxicChange, read_body

Handler = Callable[[web.Request], Awaitable[web.Response]]
VERSION = f"2.6.0+access-bench.{__version__}"  # the interface that is answered, and by whom


class Rest:
    """The interface.

    Args:
        proxies: what is asked about.
    """

    def __init__(self, proxies: Proxies) -> None:
        self._proxies = proxies
        self._server: asyncio.AbstractServer | None = None
        self._runner: web.AppRunner | None = None

    async def open(self, host: str, port: int, *, unsafe: bool = False) -> Address:
        """Listen, and return where.

        Raises:
            StationError: `host` is not loopback and `unsafe` does not allow that, or the address
                cannot be had.
        """
        if not unsafe and not is_loopback(host):
            raise StationError(
                f"{host} is not loopback: nothing listens there unless it is meant to"
            )
        application = web.Application()
        application.add_routes(self._routes())
        self._runner = web.AppRunner(
            application, handle_signals=False, access_log=None, shutdown_timeout=1.0
        )
        await self._runner.setup()
        loop = asyncio.get_running_loop()
        try:
            factory = cast("web.Server", self._runner.server)  # it has one since it was set up
            self._server = await loop.create_server(factory, host, port)
        except OSError as error:
            await self.close()
            why = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
            raise StationError(f"cannot listen at {host}, port {port}: {why}") from None
        address: Address = self._server.sockets[0].getsockname()[:2]
        return address

    async def close(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def _routes(self) -> list[web.RouteDef]:
        proxy, toxics = "/proxies/{proxy}", "/proxies/{proxy}/toxics"
        toxic = toxics + "/{toxic}"
        handlers: list[tuple[str, str, Handler]] = [
            ("GET", "/version", self._version),
            ("GET", "/metrics", self._metrics),
            ("POST", "/reset", self._reset),
            ("POST", "/populate", self._populate),
            ("GET", "/proxies", self._list),
            ("POST", "/proxies", self._create),
            ("GET", proxy, self._show),
            ("POST", proxy, self._update),
            ("PATCH", proxy, self._update),
            ("DELETE", proxy, self._delete),
            ("GET", toxics, self._list_toxics),
            ("POST", toxics, self._create_toxic),
            ("GET", toxic, self._show_toxic),
            ("POST", toxic, self._update_toxic),
            ("PATCH", toxic, self._update_toxic),
            ("DELETE", toxic, self._delete_toxic),
        ]
        return [web.route(method, path, _guarded(each)) for method, path, each in handlers]

    def _proxy(self, request: web.Request) -> Proxy:
        return self._proxies.get(request.match_info["proxy"])

    # ── the whole ─────────────────────────────────────────────────────────────────────────

    async def _version(self, request: web.Request) -> web.Response:
        del request
        return web.json_response({"version": VERSION})

    async def _metrics(self, request: web.Request) -> web.Response:
        del request
        text = metrics(self._proxies.proxies.values())
        return web.Response(body=text.encode(), headers={"Content-Type": CONTENT_TYPE})

    async def _reset(self, request: web.Request) -> web.Response:
        del request
        self._proxies.reset()
        return web.Response(status=204)

    async def _populate(self, request: web.Request) -> web.Response:
        done: list[Proxy] = []
        status, error = 201, {}
        try:
            await self._proxies.populate(await _body(request), done)
        except RequestRefused as refused:
            status, error = refused.status, _error(refused)
        return web.json_response({**error, "proxies": [p.document() for p in done]}, status=status)

    # ── proxies ───────────────────────────────────────────────────────────────────────────

    async def _list(self, request: web.Request) -> web.Response:
        del request
        found = self._proxies.proxies
        return web.json_response({name: proxy.document() for name, proxy in found.items()})

    async def _create(self, request: web.Request) -> web.Response:
        made = await self._proxies.create(read_body(NewProxy, await _body(request)))
        return web.json_response(made.document(), status=201)

    async def _show(self, request: web.Request) -> web.Response:
        return web.json_response(self._proxy(request).document())

    async def _update(self, request: web.Request) -> web.Response:
        name = self._proxy(request).name
        asked = read_body(ProxyChange, await _body(request))
        return web.json_response((await self._proxies.update(name, asked)).document())

    async def _delete(self, request: web.Request) -> web.Response:
        self._proxies.remove(self._proxy(request).name)
        return web.Response(status=204)

    # ── toxics ────────────────────────────────────────────────────────────────────────────

    async def _list_toxics(self, request: web.Request) -> web.Response:
        return web.json_response(self._proxy(request).document()["toxics"])

    async def _create_toxic(self, request: web.Request) -> web.Response:
        asked = read_body(NewToxic, await _body(request))
        return web.json_response(self._proxy(request).add(asked).document())

    async def _show_toxic(self, request: web.Request) -> web.Response:
        return web.json_response(self._proxy(request).toxic(request.match_info["toxic"]).document())

    async def _update_toxic(self, request: web.Request) -> web.Response:
        proxy, name = self._proxy(request), request.match_info["toxic"]
        proxy.toxic(name)
        asked = read_body(ToxicChange, await _body(request))
        return web.json_response(proxy.update(name, asked).document())

    async def _delete_toxic(self, request: web.Request) -> web.Response:
        self._proxy(request).remove(request.match_info["toxic"])
        return web.Response(status=204)


async def _body(request: web.Request) -> Any:
    """Return a body's JSON, whatever type it claims to be of."""
    try:
        return json.loads(await request.read())
    except ValueError as error:
        raise RequestRefused(f"bad request body: {error}") from None


def _error(refused: RequestRefused) -> dict[str, Any]:
    return {"error": str(refused), "status": refused.status}


def _guarded(handler: Handler) -> Handler:
    """Wrap a handler: errors become Toxiproxy's, and browsers are kept out as there.

    A page in a browser on this computer could otherwise reach what listens on loopback.
    """

    async def answer(request: web.Request) -> web.Response:
        if request.headers.get("User-Agent", "").startswith("Mozilla/"):
            return web.Response(status=403, text="User agent not allowed\n")
        try:
            return await handler(request)
        except RequestRefused as refused:
            return web.json_response(_error(refused), status=refused.status)

    return answer
