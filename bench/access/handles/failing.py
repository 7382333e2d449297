"""Faults in force for a while of a test: from now, or from a step of a command on."""

import asyncio
from collections.abc import Sequence

from bench.access.handles.attempt import Step
from bench.faults.fault import Fault
from bench.faults.injector import Armed, Injector, spec_of
from bench.injection import Undo
from bench.journal import Journal


class Failing:
    """One `cloud.failing` block; what it does is done on the bench's loop.

    Args:
        injector: arms and clears.
        faults: which.
        when: the step at which they are armed (None: at once).
        log: is given each fault as it is armed.

    Attributes:
        armed: the faults, as soon as they are armed.
    """

    def __init__(
        self, injector: Injector, faults: Sequence[Fault], when: Step | None, log: list[Armed]
    ) -> None:
        self.armed: list[Armed] = []
        self._injector, self._faults, self._when, self._log = injector, faults, when, log
        self._forget: Undo = lambda: None

    async def begin(self) -> None:
        """Arm the faults, or arrange that; raises ConfigError for one that this bench cannot do."""
        for fault in self._faults:
            self._injector.check(fault)
        if self._when is None:
            self._arm()
        else:
            self._forget = self._when.watch(self._arm)

    def _arm(self, cause: int | None = None) -> None:
        self.armed += self._injector.arm_all(self._faults, cause)
        self._log += self.armed

    def wait_no_longer(self) -> None:
        """Arm nothing any more, even if the step is reached now."""
        self._forget()

    @property
    def missed(self) -> str:
        """What was never armed, and why ("": nothing)."""
        if self._when is None or self.armed:
            return ""
        return f"{', '.join(map(spec_of, self._faults))}: {self._when.missed}"

    @property
    def unmet(self) -> bool:
        """Whether a fault that is armed has met nothing yet."""
        return any(not each.met for each in self.armed)

    async def met_within(self, wait_s: float, journal: Journal) -> None:
        """Wait until every fault that is armed is met, but not for longer than that."""
        all_met = asyncio.Event()
        stop = journal.watch(lambda _entry: None if self.unmet else all_met.set())
        try:
            async with asyncio.timeout(wait_s if self.unmet else 0):
                await all_met.wait()
        except TimeoutError:
            pass
        finally:
            stop()

    def clear(self) -> None:
        """Take out what is armed."""
        self._injector.clear_all(self.armed)
