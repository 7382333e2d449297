"""Running the fault link alone, in real time, until somebody ends it."""

import argparse
import asyncio
import contextlib
import json
import signal
import sys
from pathlib import Path
from typing import Any

from bench.clock.real import PreciseSelector
from bench.errors import ConfigError, RequestRefused
from bench.events import payload
from bench.journal import Entry
from bench.network.address import Address
from bench.presentation.lines import write_lines
from bench.proxy.address import listen_address, written
from bench.proxy.own_proxies import OwnProxies
from bench.proxy.passing_journal import PassingJournal
from bench.proxy.proxy import Proxy
from bench.proxy.rest import Rest
from bench.units import NS_PER_S, to_s


def run_proxy(arguments: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM; return the exit status.

    Raises:
        ConfigError, StationError: a configuration that is not right, an address that is not to be
            had.
    """
    config = _read(arguments.config) if arguments.config else []
    unsafe = arguments.unsafe_listen is not None
    try:
        at = listen_address(arguments.unsafe_listen or arguments.listen)
    except RequestRefused as error:
        raise ConfigError(f"--{'unsafe-' if unsafe else ''}{error}") from None
    with asyncio.Runner(loop_factory=_make_loop) as runner:
        runner.run(_serve(arguments, at, config))
    return 0


def _make_loop() -> asyncio.AbstractEventLoop:
    return asyncio.SelectorEventLoop(PreciseSelector())


async def _serve(arguments: argparse.Namespace, at: Address, config: Any) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    began_s = loop.time()
    journal = PassingJournal(lambda: round((loop.time() - began_s) * NS_PER_S))
    if arguments.events:
        journal.watch(_tell)
    proxies = OwnProxies(journal, arguments.seed, arguments.unsafe_proxies)
    rest = Rest(proxies)
    try:
        made = await _populate(proxies, config, arguments.config)
        where = await rest.open(*at, unsafe=arguments.unsafe_listen is not None)
        _say(f"Toxiproxy's interface at http://{written(where)}")
        for proxy in made:
            down = "" if proxy.enabled else " (down)"
            _say(f"{proxy.name}: {proxy.listen} to {proxy.upstream}{down}")
        await ended.wait()
        _say("ended")
    finally:
        proxies.close()
        await rest.close()
        await asyncio.sleep(0)  # transports that were closed are let go


async def _populate(proxies: OwnProxies, config: Any, file: Path | None) -> list[Proxy]:
    made: list[Proxy] = []
    try:
        await proxies.populate(config, made)
    except RequestRefused as error:
        raise ConfigError(f"{file}: {error}") from None
    return made


def _read(file: Path) -> Any:
    """Return what a JSON file holds; raises ConfigError."""
    try:
        return json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise ConfigError(f"{file}: is not valid JSON: {error}") from None


def _tell(entry: Entry) -> None:
    told = {"t_s": round(to_s(entry.t_ns), 6), "event": entry.event.kind, **payload(entry.event)}
    _say(json.dumps(told))


def _say(line: str) -> None:
    with contextlib.suppress(BrokenPipeError):  # whoever read it has gone; the links go on
        write_lines(line)
        sys.stdout.flush()
