"""Outages: faults on a timeline, in phases."""

import asyncio
from dataclasses import dataclass

from bench.events import PhaseBegan
from bench.faults.injector import Armed, Injector, parse_fault
from bench.journal import Journal

PHASES = ("onset", "down", "brown-out", "recovery", "aftermath")
BEFORE, AFTER = "before", "after"


@dataclass(frozen=True)
class Phase:
    """A stretch of an outage.

    Attributes:
        name: one of PHASES.
        duration_s: how long it lasts.
        faults: what is in force, as users write it.
    """

    name: str
    duration_s: float
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Outage:
    """An outage.

    Attributes:
        name: what reports call it.
        phases: one after another.
    """

    name: str
    phases: tuple[Phase, ...]

    @property
    def duration_s(self) -> float:
        """From the first phase's beginning to the last one's end."""
        return sum(phase.duration_s for phase in self.phases)

    def check(self, source: str) -> None:
        """Raise ConfigError for a fault that does not exist or has a wrong parameter."""
        for phase in self.phases:
            for spec in phase.faults:
                parse_fault(spec, source=source)

    def check_at(self, injector: Injector) -> None:
        """Raise ConfigError for a fault that a station cannot do."""
        for spec in dict.fromkeys(spec for phase in self.phases for spec in phase.faults):
            injector.check(parse_fault(spec, source=self.name))


def single(spec: str, duration_s: float) -> Outage:
    """Return the outage that is one fault for a while."""
    return Outage(spec, (Phase("down", duration_s, (spec,)),))


async def play(
    outage: Outage, injector: Injector, journal: Journal, log: list[Armed] | None = None
) -> None:
    """Play an outage from now: arm each phase's faults, and clear them at its end.

    A fault that goes on from one phase to the next stays armed: it is one fault to who meets it.
    `log` is given each fault as it is armed.
    """
    armed: dict[str, Armed] = {}
    try:
        for phase in outage.phases:
            seq = journal.write(PhaseBegan(phase.name))
            for spec in [s for s in armed if s not in phase.faults]:
                injector.clear(armed.pop(spec))
            for spec in phase.faults:
                if spec not in armed:
                    fault = parse_fault(spec, source=outage.name)
                    armed[spec] = injector.arm(fault, seq)
                    if log is not None:
                        log.append(armed[spec])
            await asyncio.sleep(phase.duration_s)
    finally:
        for each in armed.values():
            injector.clear(each)
        journal.write(PhaseBegan(AFTER))
