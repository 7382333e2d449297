"""Whether a car sleeps, as far as a bench can tell: silence on its buses, and its current."""

import asyncio

from bench.errors import Inconclusive, NotOnBench, StillAwake
from bench.station.station import Station
from bench.units import to_ns

LOOK_S = 0.1  # how often buses and supplies are looked at: a car takes seconds to fall asleep


async def until_asleep(
    station: Station, within_s: float, quiet_s: float, limit_ma: float | None
) -> None:
    """Wait until every bus is silent and the supplies give little.

    Raises:
        StillAwake: they do not; Inconclusive: the supplies read too coarsely to tell; NotOnBench:
            no supply of the bench feeds the car.
    """
    now_ns = station.time.now_ns
    until_ns = now_ns() + to_ns(within_s)
    while why := _why_awake(station, quiet_s) or _why_powered(station, limit_ma):
        if now_ns() >= until_ns:
            raise type(why)(f"not asleep after {within_s:g} s: {why}")
        await asyncio.sleep(min(LOOK_S, max(0.0, (until_ns - now_ns()) / 1e9)))


def _why_awake(station: Station, quiet_s: float) -> StillAwake | None:
    now_ns = station.time.now_ns()
    for bus in station.buses.observed():
        last_ns = station.buses.bench_port(bus).last_activity_ns()
        if last_ns >= 0 and now_ns - last_ns < to_ns(quiet_s):
            return StillAwake(f"{bus}: last frame {max(0, now_ns - last_ns) / 1e9:.3f} s ago")
    return None


def _why_powered(station: Station, limit_ma: float | None) -> StillAwake | Inconclusive | None:
    """Return why the car is not seen to draw so little; each reading may be off by its error."""
    if limit_ma is None:
        return None
    instruments = station.instruments
    feeding = [name for name in instruments.supplies if name != station.actuators.cell]
    if not feeding:
        raise NotOnBench(
            "limit_ma: no supply of this bench feeds the car: nobody knows its current"
        )
    given_ma = {name: instruments.measured_current(name) * 1000 for name in feeding}
    error_ma = sum(instruments.sections[name].current_error_ma for name in feeding)
    most_ma = sum(given_ma.values())
    if most_ma + error_ma <= limit_ma:
        return None
    given = " and ".join(f"{name} gives {ma:.4g} mA" for name, ma in given_ma.items())
    if most_ma - error_ma > limit_ma:
        return StillAwake(f"{given} (limit {limit_ma:g} mA)")
    return Inconclusive(f"{given}, give or take {error_ma:g} mA (limit {limit_ma:g} mA)")
