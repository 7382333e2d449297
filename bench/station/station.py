"""What is open for one scenario: everything that one bench file names."""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.can.site import CanSite
from bench.car.model import CarModel
from bench.car.simulated_car import SimulatedCar
from bench.clock.timebase import Timebase
from bench.clock.unit_clock import UnitClock
from bench.cloud.backend import Backend
from bench.cloud.policy import CloudPolicy
from bench.config.bench_file import StationFile
from bench.faults.injector import Injector
from bench.journal import Journal
from bench.network.network import Network
from bench.network.wiretap import Wiretap
from bench.owner.person import Person
from bench.radio.air import Air
from bench.recording import EndPoint
from bench.station.actuators import Actuators
from bench.station.buses import Buses
from bench.station.diagnosis import Diagnosis
from bench.station.exposure import Exposures
from bench.station.guarded import Guarded
from bench.station.hands import Hands
from bench.station.instruments import Instruments
from bench.station.lin_buses import LinBuses
from bench.station.plan import Plan
from bench.station.real_units import RealUnits
from bench.station.tap import Tap
from bench.station.ways import Ways
from bench.station.witness import Witness
from bench.telematics.policy import TelematicsPolicy
from bench.telematics.real_unit import RealUnit
from bench.telematics.unit import TelematicsUnit
from bench.wiring.nets import Wiring

if TYPE_CHECKING:
    from bench.network.dns_server import DnsServer


@dataclass
class Station:
    """An open station. `open_station` makes it.

    Args:
        file, model, plan: what is wired, which car, what a scenario needs.
        time, journal: the clock that all live by, and where all is written.
        wiring: the nets that instruments and simulated units hang on.
        tap: listens to the network (None: nobody does).

    Attributes:
        buses, lin, taps, sites: CAN and LIN, and per observed CAN bus what the bench makes of its
            traffic, and how faults see it.
        car, real: the simulated units, and which units stand on the table instead.
        air: the radio around the car.
        instruments, guarded, actuators: what switches and measures, under this process's hold on
            the bench; and what of it moves the owner's real things.
        network, cloud, ways, exposed, dns: links and names, what they lead to, how the bench's own
            parties go there, and where real devices may.
        clocks: the calendar clocks that may stray, by whose they are.
        telematics, telematics_policy: the judged car's unit, and how it behaves.
        owner: who acts.
        witness, witness_unit: another account behind the same faults, and its unit.
        diagnosis: the bench's tester.
        injector: arms faults here.
        start_ends: by what a start is seen on this bench.
        hands: who acts in the background.
        closing: what is to be closed, the latest first.
    """

    file: StationFile
    model: CarModel
    plan: Plan
    time: Timebase
    journal: Journal
    wiring: Wiring = field(default_factory=Wiring)
    tap: Wiretap | None = None

    buses: Buses = field(init=False)
    lin: LinBuses = field(init=False)
    taps: dict[str, Tap] = field(init=False)
    sites: dict[str, CanSite] = field(init=False)
    car: SimulatedCar = field(init=False)
    real: RealUnits = field(init=False)
    air: Air = field(init=False)
    instruments: Instruments = field(init=False)
    guarded: Guarded = field(init=False)
    actuators: Actuators = field(init=False)
    network: Network = field(init=False)
    cloud: Backend = field(init=False)
    cloud_policy: CloudPolicy = field(init=False)
    ways: Ways = field(init=False)
    exposed: Exposures = field(init=False)
    dns: "list[DnsServer]" = field(init=False)
    clocks: dict[str, UnitClock] = field(init=False)
    telematics: TelematicsUnit | RealUnit = field(init=False)
    telematics_policy: TelematicsPolicy = field(init=False)
    owner: Person = field(init=False)
    witness: Witness = field(init=False)
    witness_unit: TelematicsUnit = field(init=False)
    diagnosis: Diagnosis = field(init=False)
    injector: Injector = field(init=False)
    start_ends: EndPoint = field(init=False)
    hands: Hands = field(init=False)
    closing: AsyncExitStack = field(default_factory=AsyncExitStack, init=False)

    def worst_lateness_ns(self) -> int:
        """Return how late a timer or a cyclic frame was at worst since the last call."""
        return max(self.time.worst_lateness_ns(), self.buses.worst_lateness_ns())

    async def close(self) -> None:
        """Let whoever acts let go; close everything in reverse order, instruments safe first."""
        try:
            await self.hands.off()
        finally:
            try:
                self.guarded.close()
            finally:  # an instrument that is not safe keeps nothing else open
                await self.closing.aclose()
