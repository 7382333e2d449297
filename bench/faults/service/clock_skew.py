"""A clock is wrong."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from bench.clock.unit_clock import UnitClock
from bench.cloud.commands import CommandRule, Deliver, Record
from bench.errors import ConfigError, nearest
from bench.faults.fault import Fault, Site
from bench.injection import Injection, Undo
from bench.units import Finite

RTC_BEGINS = 0.0  # 1970-01-01: what many real-time clocks show after their supply was gone


@dataclass(frozen=True)
class ClockSkew(Fault):
    """A calendar clock strays: the cloud's, the telematics unit's, the phone's or the car's.

    By the cloud's, commands, rights and sessions are dated: a car that compares a command's expiry
    with its own clock refuses what is dated too early, and takes what is dated too late for good
    longer than it should. By the unit's and the phone's, certificates are found not valid yet, or
    expired. By the car's (its digital-key module's), rights are found not in force.

    A phone and the bench's own units judge dates themselves; what a real one makes of a clock
    cannot be injected here.

    Attributes:
        offset_s: how far it is ahead (negative: behind).
        whose: the clock.
        at_1970: it begins anew at 1970-01-01 instead, as a real-time clock without its battery.
    """

    acts_on: ClassVar[str] = "a clock"
    must: ClassVar[str] = "open by local keys; refuse rather than act on a date it cannot trust"
    shown_by: ClassVar[str] = (
        "assumed; Tesla's published protocol dates commands by the vehicle's clock, against it"
    )

    offset_s: Finite = -3600.0
    whose: Literal["cloud", "tcu", "phone", "car"] = "cloud"
    at_1970: bool = False

    def check(self, site: Site) -> UnitClock:
        """Return the clock; raises ConfigError where it is a real device's."""
        clocks = {"cloud": site.cloud.clock, **site.clocks}
        if self.whose not in clocks:
            raise ConfigError(
                f"clock_skew: the {self.whose} has a clock that this bench does not keep: "
                f"{nearest(self.whose, clocks)}"
            )
        return clocks[self.whose]

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Move the clock."""
        clock = self.check(site)
        by_s = RTC_BEGINS - clock.now() if self.at_1970 else self.offset_s
        clock.offset_s += by_s
        remove = self._count(site, clock, injection)

        def undo() -> None:
            remove()
            clock.offset_s -= by_s

        return undo

    def _count(self, site: Site, clock: UnitClock, injection: Injection) -> Undo:
        if self.whose == "cloud":
            return site.cloud.commands.rules.add(_Dated(injection))

        def read(what: str) -> None:
            injection.met(self.whose, what)

        return clock.watchers.add(read)


class _Dated(CommandRule):
    """Counts: a command that has been dated by the wrong clock is what meets this fault."""

    def __init__(self, injection: Injection) -> None:
        self._injection = injection

    async def dispatch(self, record: Record, deliver: Deliver) -> None:
        self._injection.met(record.account, f"misdated {record.command.name}", record.seq)
        await deliver()
