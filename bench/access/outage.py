"""Outages: faults on a timeline, in phases."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.config.spec import parts
from bench.errors import ConfigError
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
class Cut:
    """A point in a command's life (see `bench.judge.steps`).

    Attributes:
        after, before: the step that it has reached, and the next one, that it has not.
    """

    after: str
    before: str


@dataclass(frozen=True)
class Asked:
    """The phase of an outage that a try is to fall into, and what proves that it did.

    Attributes:
        name: of the campaign's phase, as users write it.
        of: which of PHASES it is.
        meets: pairs: one of PHASES, and the names of the faults that have to be met in it.
        cut: where the outage cuts a command in flight (None: it begins at a fixed time).
        flight_s: how long before the try the owner sends a command of its own by the app, to be
            in flight then (0: there is none).
    """

    name: str
    of: str
    meets: tuple[tuple[str, tuple[str, ...]], ...] = ()
    cut: Cut | None = None
    flight_s: float = 0.0


@dataclass(frozen=True)
class Outage:
    """An outage.

    Attributes:
        name: what reports call it.
        phases: one after another.
        asked: which of them is asked about (None: all of it, as it comes).
        source: the file that it is from ("": it was made from faults that somebody named).
    """

    name: str
    phases: tuple[Phase, ...]
    asked: Asked | None = None
    source: str = field(default="", compare=False)

    @property
    def duration_s(self) -> float:
        """From the first phase's beginning to the last one's end."""
        return sum(phase.duration_s for phase in self.phases)

    @property
    def what(self) -> str:
        """What fails: its name without the phase."""
        return self.name.partition("@")[0]

    @property
    def specs(self) -> tuple[str, ...]:
        """Every fault in it, as users write it, each once."""
        return tuple(dict.fromkeys(spec for phase in self.phases for spec in phase.faults))

    @property
    def quiet_s(self) -> float:
        """How seldom somebody may send anything, at most, for every fault to be met."""
        return max((parse_fault(spec, source=self.name).quiet_s for spec in self.specs), default=0)

    def check(self, source: str) -> None:
        """Raise ConfigError for a fault that does not exist or has a wrong parameter."""
        for spec in self.specs:
            parse_fault(spec, source=source)

    def check_times(self, source: str) -> None:
        """Raise ConfigError for a fault that is over before it would begin to act."""
        for spec, length_s in self._in_force():
            fault = parse_fault(spec, source=source)
            if fault.from_s >= length_s:
                raise ConfigError(
                    f"{source}: {spec}: from_s: it would begin to act after {fault.from_s:g} s, "
                    f"and is in force for {length_s:g} s"
                )

    def _in_force(self) -> Iterator[tuple[str, float]]:
        """Yield each stretch for which a fault is armed, over phases that follow one another."""
        lasted_s: dict[str, float] = {}
        for phase in (*self.phases, Phase(AFTER, 0.0, ())):
            for spec in [spec for spec in lasted_s if spec not in phase.faults]:
                yield spec, lasted_s.pop(spec)
            for spec in phase.faults:
                lasted_s[spec] = lasted_s.get(spec, 0.0) + phase.duration_s

    def check_at(self, injector: Injector) -> None:
        """Raise ConfigError, with file and phase, for a fault that a station cannot do."""
        for number, phase in enumerate(self.phases):
            where = f"{self.source}: phases.{number}.faults" if self.source else ""
            for spec in phase.faults:
                try:
                    injector.check(parse_fault(spec, source=where or self.name))
                except ConfigError as error:
                    raise ConfigError(f"{where}: {error}" if where else str(error)) from None


def single(spec: str, duration_s: float) -> Outage:
    """Return the outage that is one fault, or several together ("a+b"), for a while."""
    return Outage(spec, (Phase("down", duration_s, parts(spec)),))


class Player:
    """Plays an outage: arms each phase's faults, and clears them at its end.

    A fault that goes on from one phase to the next stays armed: it is one fault to who meets it.

    Args:
        outage: what is played.
        injector: arms.
        journal: where phases are written.
        log: is given each fault as it is armed.
    """

    def __init__(
        self,
        outage: Outage,
        injector: Injector,
        journal: Journal,
        log: list[Armed] | None = None,
    ) -> None:
        self._outage, self._injector, self._journal, self._log = outage, injector, journal, log
        self._armed: dict[str, Armed] = {}

    def begin(self, cause: int | None = None) -> None:
        """Enter the first phase, at this very moment: also from inside an event."""
        self._enter(self._outage.phases[0], cause)

    async def go_on(self) -> None:
        """Play the rest of the first phase, and all the others."""
        try:
            await asyncio.sleep(self._outage.phases[0].duration_s)
            for phase in self._outage.phases[1:]:
                self._enter(phase)
                await asyncio.sleep(phase.duration_s)
        finally:
            self._end()

    def _enter(self, phase: Phase, cause: int | None = None) -> None:
        seq = self._journal.write(PhaseBegan(phase.name), cause)
        over = [spec for spec in self._armed if spec not in phase.faults]
        self._injector.clear_all([self._armed.pop(spec) for spec in over])
        new = [spec for spec in dict.fromkeys(phase.faults) if spec not in self._armed]
        faults = [parse_fault(spec, source=self._outage.name) for spec in new]
        armed = self._injector.arm_all(faults, seq)
        self._armed.update(zip(new, armed, strict=True))
        if self._log is not None:
            self._log += armed

    def _end(self) -> None:
        armed, self._armed = list(self._armed.values()), {}
        try:
            self._injector.clear_all(armed)
        finally:
            self._journal.write(PhaseBegan(AFTER))


async def play(
    outage: Outage, injector: Injector, journal: Journal, log: list[Armed] | None = None
) -> None:
    """Play an outage from now to its end; `log` is given each fault as it is armed."""
    player = Player(outage, injector, journal, log)
    player.begin()
    await player.go_on()
