"""A script lived through in simulated or in real time."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from bench.clock.real import RealTime
from bench.clock.simulated import SimulatedTime
from bench.clock.timebase import Timebase

Script_contra = TypeVar("Script_contra", contravariant=True)
Shown_co = TypeVar("Shown_co", covariant=True)


class World(Protocol[Script_contra, Shown_co]):
    """What a script is lived through in."""

    async def live_through(self, script: Script_contra) -> Shown_co:
        """Live through a script, and return what it showed."""
        ...

    def close(self) -> None:
        """Close what is open."""
        ...


def observe(
    make: Callable[[Timebase], World[Script_contra, Shown_co]], script: Script_contra, kind: str
) -> Shown_co:
    """Run a script in a world of the "simulated" or of the "real" kind."""
    time: Timebase = SimulatedTime() if kind == "simulated" else RealTime(guard_s=30.0)

    async def play() -> Shown_co:
        world = make(time)  # on the loop
        try:
            return await world.live_through(script)
        finally:
            world.close()

    try:
        return time.run(play())
    finally:
        time.close()
