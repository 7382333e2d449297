"""The same bus in simulated time and on python-can's `virtual`: three units, a bench, a fault.

A digital-key module asks for the doors, a body controller hears it and reports how they stand, and
a passive-entry unit hears the report. Written down are the frames that the bench has seen, what the
units made of them, and who met the fault with what.
"""

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from bench.can.frame import Reception
from bench.can.interface.bus import InterfaceBus
from bench.can.interface.causes import Causes
from bench.can.interface.opening import open_channel
from bench.can.port import Port
from bench.can.role_bus import RoleBus, RoleValue
from bench.can.roles import RoleMap, load_roles
from bench.can.simulated.medium import Medium
from bench.can.site import CanSite
from bench.can.tampering import Tampering
from bench.clock.simulated import SimulatedTime
from bench.clock.timebase import Timebase
from bench.errors import ConfigError
from bench.events import CutOff, FaultCleared, FaultMet, FrameSpoiled
from bench.faults.fault import Site
from bench.faults.injector import Injector, parse_fault
from bench.journal import Journal

BUS, REQUEST, STATE = "body", "digital_key_request", "door_lock_state"
REQUEST_ID, STATE_ID = 0x150, 0x120
_CHANNELS = itertools.count(1)


@dataclass(frozen=True)
class CanScript:
    """What happens under one fault, the same in both worlds.

    Attributes:
        spec: the fault, as users write it.
        bcm, peps: what the body controller makes of the requests, and the passive-entry unit of
            the reports: before, under and after the fault.
        requests: how many request frames the bench sees under the fault.
        met: who meets the fault, and with what (numbers taken out).
        period_s: of the report under the fault (0: it does not come).
        spoiled: which messages are made invalid.
        cut: what the fault takes away: node and identifier.
        only_simulated: an interface cannot do it; a part of the error.
        reports: whether the body controller reports at all (a bus that sleeps is silent).
        lasts_s: how long the fault is armed.
    """

    spec: str
    bcm: tuple[str, str, str] = ("unlock", "lock", "unlock")
    peps: tuple[str, str, str] = ("locked", "unlocked", "locked")
    requests: int = 3
    met: frozenset[tuple[str, str]] = frozenset()
    period_s: float = 0.1
    spoiled: frozenset[int] = frozenset()
    cut: frozenset[tuple[str, int]] = frozenset()
    only_simulated: str = ""
    reports: bool = True
    lasts_s: float = 0.65

    @property
    def fault(self) -> str:
        """The fault's name."""
        return self.spec.partition(":")[0]


@dataclass
class CanShown:
    """What one world showed.

    Attributes:
        refused: the error of arming ("": it was armed).
        bcm, peps: what each understood, per phase: before, under and after the fault.
        frames: per phase and message the payloads that the bench has seen, in order.
        times: per phase and message, when, in seconds.
    """

    refused: str = ""
    bcm: list[list[str]] = field(default_factory=list)
    peps: list[list[str]] = field(default_factory=list)
    frames: list[dict[int, list[str]]] = field(default_factory=list)
    times: list[dict[int, list[float]]] = field(default_factory=list)
    met: set[tuple[str, str]] = field(default_factory=set)
    meetings: tuple[int, int] = (0, 0)
    spoiled: set[int] = field(default_factory=set)
    cut: set[tuple[str, int]] = field(default_factory=set)


class CanWorld:
    """One of the two worlds; everything is called on its loop."""

    def __init__(self, time: Timebase) -> None:
        self.time, self.shown = time, CanShown()
        self.journal = Journal(time.now_ns)
        self.roles: RoleMap = load_roles("body.toml", [], Path())
        self._sides = self._open()
        self.site = CanSite(
            self.roles, interface="simulated" if len(self._sides) == 1 else "virtual",
            bitrate=500_000, has_wire=False, journal=self.journal, sides=self._sides,
        )  # fmt: skip
        nothing = cast("Any", None)
        site = Site(nothing, nothing, nothing, {BUS: self.site})
        self.injector = Injector(site, self.journal, 1)
        car = self._sides[-1]
        self.bcm, self.dkm, self.peps = (
            RoleBus(car.port(n), self.roles, checks=True) for n in ("BCM", "DKM", "PEPS")
        )
        self.bcm.watch(REQUEST, self._note(lambda: self.shown.bcm))
        self.peps.watch(STATE, self._note(lambda: self.shown.peps))
        bench: Port = self._sides[0].port("bench")
        bench.listen(None, self._on_frame, every=True)

    def _open(self) -> tuple[Medium] | tuple[InterfaceBus, InterfaceBus]:
        if isinstance(self.time, SimulatedTime):
            return (Medium(BUS, self.time.loop, self.journal),)
        causes, tampering, channel = Causes(), Tampering(), f"fidelity-{next(_CHANNELS)}"

        def side(journal: Journal | None) -> InterfaceBus:
            return InterfaceBus(
                BUS, open_channel(BUS, "virtual", channel), now_ns=self.time.now_ns,
                journal=journal, causes=causes, tampering=tampering,
            )  # fmt: skip

        return side(self.journal), side(None)

    def _note(self, where: Callable[[], list[list[str]]]) -> Callable[[RoleValue], None]:
        def heard(value: RoleValue) -> None:
            where()[-1].append(value.label)

        return heard

    def _on_frame(self, reception: Reception) -> None:
        identifier = reception.frame.identifier
        frames, times = self.shown.frames[-1], self.shown.times[-1]
        frames.setdefault(identifier, []).append(reception.frame.data.hex())
        times.setdefault(identifier, []).append(reception.t_ns / 1e9)

    def _phase(self) -> None:
        shown = self.shown
        for each in (shown.bcm, shown.peps):
            each.append([])
        shown.frames.append({})
        shown.times.append({})

    async def live_through(self, script: CanScript) -> CanShown:
        """Ask before, under and after the fault."""
        self._phase()
        if script.reports:
            self.bcm.send(STATE, "locked", None)
            self.bcm.start(STATE, None, 0.0)
        self.dkm.send(REQUEST, "unlock", None)
        await asyncio.sleep(0.35)
        try:
            armed = self.injector.arm(parse_fault(script.spec, source="fidelity"))
        except ConfigError as error:
            self.shown.refused = str(error)
            return self.shown
        self._phase()
        # a report (each 100 ms) comes in the middle of this: one more or less would be chance
        await asyncio.sleep(0.1)
        if script.reports:
            self.bcm.send(STATE, "unlocked", None)
        self.dkm.send(REQUEST, "lock", None)
        await asyncio.sleep(script.lasts_s)
        self.injector.clear(armed)
        self._phase()
        await asyncio.sleep(1.3 if script.fault == "bus_off" else 0.25)  # it comes back by itself
        if script.reports:
            self.bcm.send(STATE, "locked", None)
        self.dkm.send(REQUEST, "unlock", None)
        await asyncio.sleep(0.35)
        self._look_back()
        return self.shown

    def _look_back(self) -> None:
        shown, events = self.shown, [entry.event for entry in self.journal.entries]
        met = [e for e in events if isinstance(e, FaultMet)]
        cleared = [e for e in events if isinstance(e, FaultCleared)]
        shown.met = {(e.party, e.operation) for e in met}
        shown.meetings = (len(met), cleared[0].met)
        shown.spoiled = {e.identifier for e in events if isinstance(e, FrameSpoiled)}
        shown.cut = {(e.node, e.identifier) for e in events if isinstance(e, CutOff)}

    def close(self) -> None:
        """Close what is open."""
        self.bcm.stop_all()
        for side in self._sides:
            if isinstance(side, InterfaceBus):
                side.close()
