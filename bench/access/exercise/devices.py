"""Opening the devices that are named, and nothing else of a bench, to put them through it."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from itertools import chain

from bench.access.exercise import meters, relays, supplies
from bench.access.exercise.device import Device
from bench.access.finding import Finding, slow_ones
from bench.access.runner import make_time
from bench.clock.timebase import Timebase
from bench.config.bench_file import INSTRUMENTS, BenchFile, StationFile
from bench.errors import UnknownName
from bench.journal import Journal
from bench.station.guarded import Guarded, instruments_on
from bench.station.models import Section, is_device
from bench.units import counted
from bench.wiring.nets import Wiring

Findings = AsyncGenerator[Finding]
KINDS: dict[str, Callable[[Device], Findings]] = {
    "relays": relays.exercise, "supplies": supplies.exercise, "meters": meters.exercise
}  # fmt: skip
MOST_SLOW = 5  # times that a device was slow, each told
ONE_STEP_S = 120.0  # a channel, some times over, of a device that answers late each time


def exercise(
    file: StationFile, names: Sequence[str], *, times: int, unplug: bool = False
) -> Iterator[Finding]:
    """Yield what devices do when they are asked to, against what their models say.

    Args:
        file: the station; only these devices of it are opened, under its lock and guardian.
        names: as the bench file has them ("relays.doors"), in this order.
        times: how often each channel is switched or read.
        unplug: whether somebody is there to pull each cable, and plug it in again.

    Raises:
        ConfigError, StationError: no such device, or it cannot be opened or made safe.
    """
    known = [f"{kind}.{name}" for kind in INSTRUMENTS for name in getattr(file.content, kind)]
    for name in names:
        if name not in known:
            raise UnknownName("device", name, known, str(file.path))
    time = make_time(file)
    findings = _exercised(_only(file, names), names, times, time, unplug=unplug)
    try:
        while (found := time.run(_next(findings), lasts_s=ONE_STEP_S * times)) is not None:
            yield found
    finally:
        try:
            time.run(findings.aclose())
        finally:
            time.close()


async def _next(findings: Findings) -> Finding | None:
    return await anext(findings, None)


def _only(file: StationFile, names: Sequence[str]) -> StationFile:
    """Return a bench file that names these devices only."""
    kept: dict[str, object] = {
        kind: {name: section for name, section in getattr(file.content, kind).items()
               if f"{kind}.{name}" in names}
        for kind in INSTRUMENTS
    }  # fmt: skip
    kept["safe"] = [each for each in file.content.safe if _is_of(each.off, names)]
    return replace(file, content=file.content.model_copy(update=kept))


def _is_of(off: str, names: Sequence[str]) -> bool:
    """Whether a step of the safe sequence is one of these devices, or of a channel of theirs."""
    return any(off == name or off.startswith(f"{name}.") for name in names)


async def _exercised(
    file: StationFile, names: Sequence[str], times: int, time: Timebase, *, unplug: bool
) -> Findings:
    journal = Journal(time.now_ns)
    instruments = instruments_on(time, journal, _wiring(file.content))
    guarded = Guarded(file, time, instruments)
    try:
        guarded.open()
        for where in names:
            kind, _, name = where.partition(".")
            section: Section = getattr(file.content, kind)[name]
            device = Device(where, section, instruments, times)
            async with aclosing(_all_of(device, KINDS[kind], time, unplug=unplug)) as findings:
                async for finding in findings:
                    yield finding
        slow = list(slow_ones(journal))
        for finding in slow[:MOST_SLOW]:
            yield finding
        if (more := len(slow) - MOST_SLOW) > 0:
            yield Finding(slow[-1].what, f"and {counted(more, 'time')} more", None)
    finally:
        guarded.close()


async def _all_of(
    device: Device, of_kind: Callable[[Device], Findings], time: Timebase, *, unplug: bool
) -> Findings:
    """Yield what is found of one device, and at the end what its model may say from now on."""
    yield Finding(device.where, device.identity)
    sound = True
    parts = [of_kind(device), device.pulled()] if unplug else [of_kind(device)]
    for part in parts:
        async with aclosing(part) as findings:
            async for finding in findings:
                sound = sound and finding.found is not False
                yield finding
                await asyncio.sleep(0)  # the guardian hears that the bench is alive
    if sound and is_device(device.section):
        says = f'tried_on_device = "yes: {time.wall():%Y-%m-%d}, {device.identity}"'
        yield Finding(f"{device.where}.model", f"{device.section.model}.py may say {says}", None)


def _wiring(content: BenchFile) -> Wiring:
    """Return the wires that simulated devices and twins are at: here, nothing else is."""
    wiring = Wiring()
    for name, supply in content.supplies.items():
        wiring.net(supply.net or name)
    for board in content.relays.values():
        wires = ((each.opens, each.shorts, each.to) for each in board.channels.values())
        for net in filter(None, (*board.channels, *board.nets.values(), *chain(*wires))):
            wiring.net(net)
    for meter in content.meters.values():
        for net in (*meter.channels, *meter.nets.values()):
            wiring.net(net)
    return wiring
