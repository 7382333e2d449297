"""The same wires in simulated and in real time: a switch, a supply, a ground, a bus, a fault.

A bench's relay presses a handle's switch and a unit asks for the doors, before, under and after
the fault. Written down is what whoever looks at the wires has seen, and who met the fault.
"""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from can_world import BUS, REQUEST, REQUEST_ID, CanWorld

from bench.clock.simulated import SimulatedTime
from bench.clock.timebase import Timebase
from bench.config.bench_file import load_bench
from bench.errors import ConfigError
from bench.events import FaultCleared, FaultMet, SupplySet, WireDisturbed
from bench.faults.electrics import Electrics
from bench.faults.fault import Site
from bench.faults.injector import Injector, parse_fault
from bench.instruments.pace import JumpingPace, RealPace
from bench.station.instruments import Instruments
from bench.wiring.nets import Net, Wiring

BENCH = Path(__file__).parent / "electrical_bench.toml"
Volts = tuple[float, ...]
NETS = ("handle_driver", "terminal_30", "ground_dkm", "can_body_h", "can_body_l")


@dataclass(frozen=True)
class ElectricalScript:
    """What one fault does, the same in both worlds.

    Attributes:
        spec: the fault, as users write it.
        under: what is seen of the handle's wire while it is pressed and released under the fault.
        released: the wire comes down from the fault's voltage when the fault is cleared.
        disturbed: the wire, how, and which units are dead.
        ground: how the unit's ground stands, each time that it changes.
        supply: when, in seconds since the arming, the supply has which voltage.
        requests: how many frames get through before, under and after the fault.
        met: who meets the fault, and with what.
        only_simulated: what the error says where it cannot be done.
        lasts_s: how long the fault is armed.
    """

    spec: str
    under: Volts
    released: bool = False
    disturbed: tuple[str, str, tuple[str, ...]] | None = None
    ground: tuple[bool, ...] = ()
    supply: tuple[tuple[float, float], ...] = ()
    requests: tuple[int, int, int] = (3, 3, 3)
    met: frozenset[tuple[str, str]] = frozenset()
    only_simulated: str = ""
    lasts_s: float = 0.4

    @property
    def fault(self) -> str:
        """The fault's name."""
        return self.spec.partition(":")[0]


@dataclass
class ElectricalShown:
    """What one world showed; lists of lists are per phase: before, under and after."""

    refused: str = ""
    handle: list[list[float]] = field(default_factory=list)
    requests: list[int] = field(default_factory=list)
    ground: list[bool] = field(default_factory=list)
    supply: list[tuple[float, float]] = field(default_factory=list)
    disturbed: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    met: set[tuple[str, str]] = field(default_factory=set)
    meetings: tuple[int, int] = (0, 0)
    left: tuple[float, float, bool] = (0.0, 0.0, False)


class ElectricalWorld:
    """One of the two worlds; everything is called on its loop."""

    def __init__(self, time: Timebase) -> None:
        self.shown, self.can = ElectricalShown(), CanWorld(time)
        self.can.shown.bcm.append([])
        self.can.shown.peps.append([])
        self.journal, self.wiring = self.can.journal, Wiring()
        file = load_bench(BENCH)
        sensed = [net for meter in file.content.meters.values() for net in meter.channels]
        for name in (*NETS, *sensed):
            self.wiring.net(name)
        simulated = isinstance(time, SimulatedTime)
        pace = JumpingPace() if simulated else RealPace()
        self.instruments = Instruments(self.journal, self.wiring, pace)
        self.instruments.open(file)
        nothing = cast("Any", None)
        electrics = Electrics(self.instruments, self.wiring, self.journal)
        site = Site(nothing, nothing, nothing, {BUS: self.can.site}, electrics=electrics)
        self.injector = Injector(site, self.journal, 1)
        self.wiring.net("handle_driver").watch(self._on_handle)
        self.wiring.net("ground_dkm").watch_wire(lambda net, _: self.shown.ground.append(net.whole))

    def _on_handle(self, net: Net, _cause: int | None) -> None:
        self.shown.handle[-1].append(net.mv / 1000)

    def _phase(self) -> None:
        self.shown.handle.append([])
        self.can.shown.frames.append({})
        self.can.shown.times.append({})

    async def _press(self) -> None:
        self.can.dkm.send(REQUEST, "unlock", None)
        for closed in (True, False):
            self.instruments.switch("handle_driver", closed=closed, cause=None)
            await asyncio.sleep(0.1)

    async def live_through(self, script: ElectricalScript) -> ElectricalShown:
        """Press before, under and after the fault."""
        self._phase()
        self.instruments.power("kl30", on=True, cause=None)
        await self._press()
        self._phase()
        try:
            armed = self.injector.arm(parse_fault(script.spec, source="fidelity"))
        except ConfigError as error:
            self.shown.refused = str(error)
            return self.shown
        await self._press()
        await asyncio.sleep(script.lasts_s)
        self.injector.clear(armed)
        if script.requests[1] == 0:
            await asyncio.sleep(1.5)  # the bus comes back by itself, and sends what was held
        self._phase()
        await self._press()
        self._look_back(armed.seq)
        return self.shown

    def _look_back(self, armed_seq: int) -> None:
        shown, entries = self.shown, self.journal.entries
        began_ns = next(entry.t_ns for entry in entries if entry.seq == armed_seq)
        met = [e.event for e in entries if isinstance(e.event, FaultMet)]
        cleared = [e.event for e in entries if isinstance(e.event, FaultCleared)]
        shown.met = {(e.party, e.operation) for e in met}
        shown.meetings = (len(met), cleared[0].met)
        for entry in entries:
            if isinstance(entry.event, SupplySet):
                shown.supply.append(((entry.t_ns - began_ns) / 1e9, entry.event.volts))
            elif isinstance(entry.event, WireDisturbed):
                event = entry.event
                shown.disturbed.append((event.wire, event.how, event.units))
        shown.requests = [len(p.get(REQUEST_ID, ())) for p in self.can.shown.frames]
        net = self.wiring.net
        shown.left = (
            net("handle_driver").mv / 1000, net("terminal_30").mv / 1000, net("ground_dkm").whole,
        )  # fmt: skip

    def close(self) -> None:
        """Make everything safe and close it."""
        self.can.close()
        self.instruments.close()
