"""Asking meters and inputs that do not tell by themselves."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from bench.errors import described
from bench.events import ReceiverLost
from bench.instruments.kinds import Meter
from bench.journal import Journal
from bench.units import NS_PER_S


@dataclass
class Poller:
    """Takes samples of one meter, for ever.

    Attributes:
        name: the meter's name in `bench.toml`.
        meter: what is asked.
        journal: where it is written down when it does not answer any more.
        now_ns: the bench clock.
        uncertain_ns: how much earlier than now a change that is just being told may have happened:
            the sample before this one began so long ago.
        ended: nobody wants to know any more.
    """

    name: str
    meter: Meter
    journal: Journal
    now_ns: Callable[[], int]
    uncertain_ns: int = 0
    ended: bool = False

    def end(self) -> None:
        """Ask no more: the meter is about to be closed."""
        self.ended = True

    async def poll(self) -> None:
        """Ask at the meter's own pace; a late sample delays none that follow it."""
        loop = asyncio.get_running_loop()
        period_ns = round(self.meter.poll_s * NS_PER_S)
        before_ns = due_ns = self.now_ns()
        while self._wanted():
            began_ns = self.now_ns()
            try:
                sample = await loop.run_in_executor(None, self.meter.sample)
            except Exception as error:  # drivers of third parties raise anything
                if self._wanted():
                    self.journal.write(ReceiverLost(f"meters.{self.name}", described(error)))
                return
            if not self._wanted():
                return  # it was closed while it was asked
            self.uncertain_ns = self.now_ns() - before_ns
            self.meter.tell(sample)
            before_ns = began_ns
            due_ns = max(due_ns + period_ns, self.now_ns())
            await asyncio.sleep((due_ns - self.now_ns()) / NS_PER_S)

    def _wanted(self) -> bool:
        return not self.ended
