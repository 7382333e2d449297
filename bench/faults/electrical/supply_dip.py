"""A supply that dips."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

from bench.errors import ConfigError, InstrumentFault
from bench.events.wires import TERMINAL_30
from bench.faults.dip_profile import Point, duration_s, load_profile, points, shortest_s
from bench.faults.electrics import Electrics
from bench.faults.fault import Fault, Site
from bench.faults.on_wires import BENCH, electrics_of
from bench.injection import Injection, Undo
from bench.instruments.supply_output import strays
from bench.units import Seconds

LOOK_BY = 0.8  # of the time until the next voltage is set


@dataclass(frozen=True)
class SupplyDip(Fault):
    """A supply follows a profile, as when an engine is cranked; then it is what it was before.

    Attributes:
        profile: its name, or a file of your own (….toml).
        supply: the supply, or the wire that it feeds.
        every_s: the profile begins again so often (0: it comes once).
    """

    acts_on: ClassVar[str] = "a supply"
    must: ClassVar[str] = "come back by itself, move nothing meanwhile, and forget no key"
    shown_by: ClassVar[str] = "ISO 16750-2, 4.6, discontinuities in supply voltage; flat batteries"

    profile: str = "cranking_level_2"
    supply: str = TERMINAL_30
    every_s: Seconds = 0.0

    def check(self, site: Site) -> Electrics:
        """Return the supplies; raises ConfigError if this one cannot follow the profile."""
        electrics = electrics_of(site, "supply_dip")
        name = electrics.supplied(self.supply)
        self._step_s(electrics, name)
        shape = load_profile(self.profile)
        least_v, volts = (
            min(s.volts for s in shape.segments),
            electrics.board.sections[name].voltage_v,
        )
        if least_v >= volts:
            raise ConfigError(
                f"supply_dip: {self.profile} goes down to {least_v:g} V, and supplies.{name} is "
                f"set to {volts:g} V: that is no dip; give it a profile of its own"
            )
        length_s = duration_s(shape)
        if 0 < self.every_s < length_s:
            raise ConfigError(
                f"supply_dip: every_s: {self.profile} lasts {length_s:g} s, longer than "
                f"{self.every_s:g} s"
            )
        return electrics

    def _step_s(self, electrics: Electrics, name: str) -> float:
        """Return how fast the supply follows; raises ConfigError if that is not fast enough."""
        section, shortest = electrics.board.sections[name], shortest_s(load_profile(self.profile))
        step_s = section.step_s
        if step_s is None and section.model == "simulated":
            return 0.0
        if step_s is None:
            raise ConfigError(
                f"supply_dip: nobody says how fast supplies.{name} ({section.model}) follows: "
                f"measure it at its terminals and write step_s = …; {self.profile} needs "
                f"{shortest:g} s"
            )
        if step_s > shortest:
            raise ConfigError(
                f"supply_dip: supplies.{name} ({section.model}) takes {step_s:g} s to a voltage, "
                f"and {self.profile} has steps of {shortest:g} s: it needs a faster supply (an "
                "arbitrary or battery-simulating output), or a slower profile"
            )
        return step_s

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Play the profile."""
        electrics = self.check(site)
        name = electrics.supplied(self.supply)
        shape = load_profile(self.profile)
        step_s = self._step_s(electrics, name)
        player = _Player(electrics, injection, name, points(shape, step_s), shape.base_v)
        player.begin(duration_s(shape), self.every_s, step_s)
        return player.stop


class _Player:
    """Sets the voltages of a profile when they are due."""

    def __init__(
        self,
        electrics: Electrics,
        injection: Injection,
        supply: str,
        track: list[Point],
        base_v: float,
    ) -> None:
        self._electrics, self._board, self._injection = electrics, electrics.board, injection
        self._supply, self._before = supply, electrics.board.sections[supply].voltage_v
        # a profile's 12 V are too much for what is fed with less
        self._track = [replace(each, volts=min(each.volts, self._before)) for each in track]
        self._base_v = min(base_v, self._before)
        self._loop = asyncio.get_running_loop()
        self._handles: list[asyncio.TimerHandle] = []
        self._failed = False

    def begin(self, length_s: float, every_s: float, step_s: float) -> None:
        """Play the profile from now, and again every so often."""
        ends_s = [point.at_s for point in self._track[1:]] + [length_s]
        self._handles = []
        for point, end_s in zip(self._track, ends_s, strict=True):
            follows_s = min(step_s, LOOK_BY * (end_s - point.at_s))
            self._later(point.at_s, self._set, point, follows_s)
        self._later(length_s, self._restore)
        if every_s:
            self._later(every_s, self.begin, length_s, every_s, step_s)

    def _later(self, after_s: float, act: Callable[..., object], *arguments: object) -> None:
        """Act in so long; a supply that fails then is the bench's fault, and ends the profile."""

        def bear() -> None:
            try:
                act(*arguments)
            except InstrumentFault as error:  # in a timer of its own: nobody else would hear of it
                self._fail(str(error))
                self._cancel()

        self._handles.append(self._loop.call_later(after_s, bear))

    def _fail(self, reason: str) -> None:
        """Put on record, once, that the supply does not follow the profile."""
        if not self._failed:
            self._failed = True
            self._electrics.failed(f"supplies.{self._supply}", reason)

    def _set(self, point: Point, follows_s: float) -> None:
        """Set a voltage; a dip is met when it stands at the supply, `follows_s` later."""
        at_once = point.held and not follows_s
        cause = self._injection.armed_seq
        seq = self._board.set_voltage(self._supply, point.volts, cause, measured=at_once)
        if not point.held or point.volts >= self._base_v:
            return
        if at_once:
            self._look(point, seq)
        else:
            self._later(follows_s, self._look, point, seq)

    def _look(self, point: Point, seq: int) -> None:
        found_v = self._board.measured_voltage(self._supply)
        if not strays(found_v, point.volts):
            what = f"{self._supply} at {point.volts:g} V, measured {found_v:.2f} V"
            self._injection.met(BENCH, what, seq)
        else:
            self._fail(
                f"gives {found_v:.2f} V where a fault has set {point.volts:.2f} V: does it obey, "
                "and as fast as its step_s says?"
            )

    def _restore(self) -> None:
        self._board.set_voltage(self._supply, self._before, self._injection.armed_seq)

    def stop(self) -> None:
        """End the profile wherever it is."""
        self._cancel()
        self._restore()

    def _cancel(self) -> None:
        for handle in self._handles:
            handle.cancel()
