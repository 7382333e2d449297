"""Watching supplies while a car hangs on them: in current limit, or off by themselves."""

import asyncio
from dataclasses import dataclass

from bench.errors import described
from bench.events import BenchFault, SupplyCurrent, SupplyLimited
from bench.instruments.kinds import Supply
from bench.instruments.supply_output import strays
from bench.journal import Journal
from bench.units import to_ns
from bench.wiring.nets import Net

NEAR = 0.98  # of the limit; supplies' own current readings are good to 0.1 to 0.5 % (data sheets)
LEAST_CHANGE_A = 0.0005  # smaller changes of a current are not written down
LEAST_CHANGE_V = 0.05
SETTLES_NS = to_ns(3.0)  # assumed: without a load a supply takes its time to a lower voltage
POLL_S = 0.25  # a lock motor's pulse is 0.2 to 0.5 s: what stalls through it is seen


@dataclass(frozen=True)
class Sample:
    """How a supply stands: on, amperes (None: it cannot tell), volts."""

    on: bool | None
    amperes: float | None
    volts: float


@dataclass
class SupplyWatch:
    """Watches one supply, and records once per time that it cannot feed the car.

    Attributes:
        name: the supply's name in `bench.toml`.
        supply: what is asked.
        limit_a: its current limit.
        journal: where it is written down.
        protected: what it switches itself off for, in words ("": nothing by command).
        error_a: how far off its current reading may be.
        meant_v: the voltage that it was set to.
        meant_on: whether the bench has it on.
        polled: whether it is asked in a thread, and nowhere else.
    """

    name: str
    supply: Supply
    limit_a: float
    journal: Journal
    error_a: float = 0.0
    protected: str = ""
    meant_v: float = 0.0
    meant_on: bool = False
    ended: bool = False
    polled: bool = False
    _told: str = ""
    _due: bool = False
    _switches: int = 0
    _changed_ns: int = 0
    _records: bool = False
    _written: tuple[float, float] | None = None

    def record(self) -> None:
        """Write down from now on what is read back, whenever it has changed."""
        self._records = True
        if self.meant_on and not self.polled:
            self._tell(self._sample())

    def switched(self, *, on: bool) -> None:
        """Be told that the bench switches the output: a sample from before tells nothing."""
        self.meant_on = on
        self._changed()

    def set_to(self, volts: float) -> None:
        """Be told that the bench sets the voltage: it takes a moment until that is there."""
        self.meant_v = volts
        self._changed()

    def _changed(self) -> None:
        self._switches += 1
        self._changed_ns = self.journal.now_ns()

    def follow(self, net: Net) -> None:
        """Look whenever the simulated car draws another current from a net."""
        loop = asyncio.get_running_loop()

        def on_load() -> None:
            if not self._due:  # not at once: a driver may be in the middle of a command
                self._due = True
                loop.call_soon(self._look)

        net.watch_load(on_load)

    def _look(self) -> None:
        self._due = False
        if self.meant_on and not self.ended:
            try:
                sample = self._sample()
            except Exception as error:
                self._lose(error)
            else:
                self._tell(sample)

    def _lose(self, error: Exception) -> None:
        """Look no more, on the record; drivers of third parties raise anything."""
        if not self.ended:
            self.journal.write(BenchFault(f"supplies.{self.name}", described(error)))
        self.ended = True

    async def poll(self) -> None:
        """Look four times a second, in a thread, for ever."""
        loop = asyncio.get_running_loop()
        while not self.ended:
            if self.meant_on:
                switches = self._switches
                try:
                    sample = await loop.run_in_executor(None, self._sample)
                except Exception as error:
                    self._lose(error)
                    return
                if switches == self._switches and not self.ended:
                    self._tell(sample)
            await asyncio.sleep(POLL_S)

    def end(self) -> None:
        """Look no more: the supply is about to be closed."""
        self.ended = True

    def _sample(self) -> Sample:
        on = self.supply.is_on()
        return Sample(on, self.supply.measure_current(), self.supply.measure_voltage())

    def _note(self, amperes: float, volts: float) -> None:
        """Write down what differs from the last by more than the reading's error."""
        before, least_a = self._written, max(self.error_a, LEAST_CHANGE_A)
        if (
            before is None
            or abs(amperes - before[0]) >= least_a
            or abs(volts - before[1]) >= LEAST_CHANGE_V
        ):
            self._written = amperes, volts
            self.journal.write(
                SupplyCurrent(self.name, round(amperes, 6), self.error_a, round(volts, 4))
            )

    def _tell(self, sample: Sample) -> None:
        if self._records and sample.amperes is not None:
            self._note(sample.amperes if sample.on is not False else 0.0, sample.volts)
        if sample.on is False:
            why = f"has switched itself off{self.protected and f' ({self.protected})'}"
            self._once("off", BenchFault(f"supplies.{self.name}", why))
        elif sample.amperes is not None and sample.amperes >= NEAR * self.limit_a:
            event = SupplyLimited(self.name, sample.amperes, self.limit_a, sample.volts)
            self._once("limited", event)
        elif self._strays(sample):
            why = f"gives {sample.volts:.2f} V, and was set to {self.meant_v:.2f} V"
            self._once("strays", BenchFault(f"supplies.{self.name}", why))
        else:
            self._told = ""

    def _strays(self, sample: Sample) -> bool:
        """Whether another voltage stands at the output than was set, for longer than it takes."""
        settled = self.journal.now_ns() - self._changed_ns >= SETTLES_NS
        return settled and self.meant_v > 0 and strays(sample.volts, self.meant_v)

    def _once(self, what: str, event: BenchFault | SupplyLimited) -> None:
        if self._told != what:
            self._told = what
            self.journal.write(event)
