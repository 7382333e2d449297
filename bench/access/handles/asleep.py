"""Whether a car sleeps, as far as a bench can tell: silence on its buses, and its current."""

import asyncio

from bench.errors import StillAwake
from bench.station.station import Station
from bench.units import to_ns

LOOK_S = 0.1  # how often buses and supplies are looked at: a car takes seconds to fall asleep


async def until_asleep(
    station: Station, within_s: float, quiet_s: float, limit_ma: float | None
) -> None:
    """Wait until every bus is silent and the supplies give little; raises StillAwake."""
    now_ns = station.time.now_ns
    until_ns = now_ns() + to_ns(within_s)
    while why := _why_awake(station, quiet_s) or _why_powered(station, limit_ma):
        if now_ns() >= until_ns:
            raise StillAwake(f"not asleep after {within_s:g} s: {why}")
        await asyncio.sleep(min(LOOK_S, max(0.0, (until_ns - now_ns()) / 1e9)))


def _why_awake(station: Station, quiet_s: float) -> str | None:
    now_ns = station.time.now_ns()
    for bus in station.buses.observed():
        last_ns = station.buses.bench_port(bus).last_activity_ns()
        if last_ns >= 0 and now_ns - last_ns < to_ns(quiet_s):
            return f"{bus}: last frame {max(0, now_ns - last_ns) / 1e9:.3f} s ago"
    return None


def _why_powered(station: Station, limit_ma: float | None) -> str | None:
    if limit_ma is None:
        return None
    given = {name: s.measure_current() * 1000 for name, s in station.instruments.supplies.items()}
    if sum(given.values()) <= limit_ma:
        return None
    name = max(given, key=lambda each: given[each])
    return f"{name} still gives {given[name]:.0f} mA (limit {limit_ma:g} mA)"
