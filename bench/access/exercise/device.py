"""One device on the table, as it is put through what a run asks of it."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from statistics import median
from typing import Any, TypeVar

from bench.access.finding import Finding
from bench.errors import InstrumentFault
from bench.events import RelaySwitched, SupplySwitched
from bench.station.instruments import Instruments
from bench.station.models import Section
from bench.station.slowness import ONE_DEVICE_S
from bench.units import duration

T = TypeVar("T")
PULL_WITHIN_S = 60.0  # for who stands at the bench
LOOK_EVERY_S = 0.2


def spread(seconds: list[float]) -> str:
    """Say how long something took.

    >>> spread([0.012, 0.014, 0.03])
    '14 ms, at most 30 ms'
    """
    return f"{duration(median(seconds))}, at most {duration(max(seconds))}"


@dataclass(frozen=True)
class Device:
    """One device on the table.

    Args:
        where: as the bench file has it ("relays.doors").
        section: what the file says of it.
        instruments: those that are open; it is one of them.
        times: how often each channel is switched or read.
    """

    where: str
    section: Section
    instruments: Instruments
    times: int

    @property
    def name(self) -> str:
        """Its name in its section."""
        return self.where.partition(".")[2]

    @property
    def driver(self) -> Any:
        """What speaks to it."""
        return getattr(self.instruments, self.where.partition(".")[0])[self.name]

    @property
    def identity(self) -> str:
        """What it says that it is."""
        return str(self.driver.identity())

    def now_s(self) -> float:
        """Return the time by which drivers wait."""
        return self.instruments.pace.now_s()

    def timed(self, call: Callable[[], T]) -> tuple[float, T]:
        """Call something that speaks to the device; return what it took, in seconds, and said."""
        began_s = self.now_s()
        with self.instruments.patience(ONE_DEVICE_S):
            said = call()
        return self.now_s() - began_s, said

    @property
    def read_back(self) -> bool:
        """Whether the switching that was recorded last was read back."""
        event = self.instruments.journal.entries[-1].event
        return isinstance(event, RelaySwitched | SupplySwitched) and event.verified is not None

    async def pulled(self) -> AsyncGenerator[Finding]:
        """Have the cable pulled and plugged in again; yield what the bench makes of it."""
        yield Finding(self.where, f"pull its cable now, within {PULL_WITHIN_S:g} s", None)
        lost = await self._until(lambda error: error is not None)
        if lost is None:
            yield Finding(self.where, "nobody pulled its cable", found=False)
            return
        yield Finding(self.where, f"lost: {lost[0]}")
        yield Finding(self.where, f"plug it in again, within {PULL_WITHIN_S:g} s", None)
        back = await self._until(lambda error: error is None)
        if back is None:
            yield Finding(self.where, "it did not come back", found=False)
            return
        yield Finding(self.where, f"back, and made safe: {self.identity}")

    async def _until(
        self, wanted: Callable[[InstrumentFault | None], bool]
    ) -> tuple[InstrumentFault | None] | None:
        """Make it safe again and again until that ends as wanted; return how (None: never)."""
        until_s = self.now_s() + PULL_WITHIN_S
        while self.now_s() < until_s:
            error = self._fails()
            if wanted(error):
                return (error,)
            self.instruments.pace.sleep(LOOK_EVERY_S)
            await asyncio.sleep(0)
        return None

    def _fails(self) -> InstrumentFault | None:
        try:
            self.timed(self.driver.safe)
        except InstrumentFault as error:
            return error
        return None
