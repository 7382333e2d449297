"""Everything that one bench file names, opened together for one scenario."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from bench.can.restbus import Restbus
from bench.can.restbus_node import RestbusNode
from bench.car.harness import STAND_IN
from bench.car.model import CarModel
from bench.car.simulated_car import SimulatedCar
from bench.car.surroundings import Surroundings
from bench.clock.simulated_loop import SimulatedLoop
from bench.clock.timebase import Timebase
from bench.clock.unit_clock import UnitClock
from bench.cloud.backend import Backend
from bench.cloud.policy import CloudPolicy
from bench.config.bench_file import StationFile
from bench.config.validation import check_typed
from bench.events import ClockStepped
from bench.events.telematics import TCU
from bench.faults.injector import Injector
from bench.journal import Journal
from bench.network.http_client import Timeouts
from bench.network.memory import MemoryInternet
from bench.network.network import WITHIN, Network
from bench.network.parties import PARTIES
from bench.network.wiretap import Wiretap
from bench.owner import rig
from bench.radio.air import Air
from bench.station import telematics_units, witness
from bench.station.actuators import load_actuators
from bench.station.addresses import ACCOUNT, API_URL, CUT, FOB, PASSWORD
from bench.station.beginning import begin
from bench.station.buses import Buses, load_role_maps
from bench.station.defects import fit_defects
from bench.station.diagnosis import Diagnosis
from bench.station.exposure import certificates, exposures, open_dns
from bench.station.fault_site import fault_site
from bench.station.guarded import Guarded, instruments_on
from bench.station.hands import Hands
from bench.station.lin_buses import LinBuses, load_lin
from bench.station.people import owner_of
from bench.station.plan import Plan
from bench.station.real_units import real_units
from bench.station.stand_ins import spoken
from bench.station.start_end import load_start_end, running_modes
from bench.station.tap import Tap
from bench.station.telematics import telematics_policy
from bench.station.toxiproxy import open_toxiproxy, toxiproxy_port
from bench.station.ways import Ways
from bench.station.witness import Witness
from bench.wiring.nets import Wiring


def cloud_policy(file: StationFile) -> CloudPolicy:
    """Return how the mock cloud behaves on this bench; raises ConfigError."""
    return check_typed(CloudPolicy, file.content.cloud, source=str(file.path), prefix="cloud")


@dataclass
class Station:
    """An open station. Make it with `open_station`.

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
    """

    file: StationFile
    model: CarModel
    plan: Plan
    time: Timebase
    journal: Journal
    wiring: Wiring = field(default_factory=Wiring)
    tap: Wiretap | None = None

    async def open(self) -> None:
        """Open buses, car, network, cloud, instruments and people, in this order."""
        self._closing = AsyncExitStack()
        self.hands = Hands(self.time)
        self.actuators = load_actuators(self.file)
        self.time.watch_calendar(self._on_clock_step)
        self.instruments = instruments_on(self.time, self.journal, self.wiring)
        self.guarded = Guarded(self.file, self.time, self.instruments)
        try:
            self._open_car()
            self.guarded.open()
            await self._open_cloud()
            self._populate()
        except BaseException:  # leave nothing open
            await self.close()
            raise

    def _open_car(self) -> None:
        """Open the buses, and put the simulated units on them."""
        self.telematics_policy = telematics_policy(self.file, self.model)
        self.cloud_policy = cloud_policy(self.file)
        self.air = Air(self.journal)
        self.buses = Buses(load_role_maps(self.file, self.model))
        self.lin = LinBuses(load_lin(self.file, self.model))
        self.start_ends = load_start_end(self.file, self.buses.role_maps)
        self.real = real_units(self.file, self.buses.role_maps)
        telematics_units.refuse_second(self)
        self._closing.callback(self.buses.close)
        self._closing.callback(self.lin.close)
        self._closing.push_async_callback(self.time.drain)
        self.buses.open(self.file, self.model, self.journal)
        self.lin.open(self.file, self.model, self.journal)
        self.taps = {
            bus: Tap(self.buses.bench_port(bus), self.buses.role_maps[bus], self.journal)
            for bus in self.buses.observed()
        }
        self.car = self._build_car()
        for net in rig.NETS:
            self.wiring.net(net)
        telematics_units.wire_supply(self)

    def _populate(self) -> None:
        """Let units and people live, and prepare what disturbs them."""
        self._register()
        self.telematics = telematics_units.judged_unit(self)
        self.owner = owner_of(self)
        self._connect_head_unit()
        self.witness = self._build_witness()
        self.diagnosis = Diagnosis(
            self.model.file.diagnosis, self.buses.bench_port, self.journal,
            tester_present=self.file.content.diagnosis.tester_present,
        )  # fmt: skip
        self._closing.callback(self.diagnosis.close)
        site = fault_site(self, self.file, self.instruments)
        self.sites = dict(site.can)
        for can_site in self.sites.values():
            can_site.claim_spoken()
        self.injector = Injector(site, self.journal, self.plan.seed)
        fit_defects(self)

    def _on_clock_step(self, step_ns: int) -> None:
        self.journal.write(ClockStepped(step_ns))

    async def _open_cloud(self) -> None:
        """Start the cloud, link every party to it, answer names."""
        push = self.telematics_policy.push
        mqtt = push == "mqtt"
        self.clocks = self._clocks()
        self.network = Network(
            self.journal, certificates=certificates(self.file, self.tap), tap=self.tap
        )
        self._closing.callback(self.network.close)
        self.cloud = Backend(
            self.time, self.journal, self.network, self.plan.seed, self.cloud_policy, mqtt=mqtt
        )
        self.ways = Ways(self.network, self.time, self.journal, self.model.file.vin, self.clocks)
        self._closing.push_async_callback(self.cloud.stop)
        self._closing.push_async_callback(self.ways.close)
        self.exposed = exposures(self.file, push)
        port = toxiproxy_port(self.file)
        await self.cloud.start()
        for party in PARTIES:
            await self.network.connect(
                party, mqtt=mqtt and party.endswith("tcu"), exposure=self.exposed.get(party, WITHIN)
            )
        self.dns = await open_dns(self.file, self.exposed, self.network)
        for server in self.dns:
            self._closing.callback(server.close)
        if port is not None:
            toxiproxy = await open_toxiproxy(port, self.network, self.plan.seed)
            self._closing.push_async_callback(toxiproxy.close)

    # ── the car and its units ─────────────────────────────────────────────────────────────

    def _build_car(self) -> SimulatedCar:
        around = Surroundings(
            self.model,
            self.time,
            self.journal,
            self.wiring,
            self.air,
            role_maps=self.buses.role_maps,
            make_port=self.buses.car_port,
            seed=self.plan.seed,
            fobs=[FOB],
            lin=self.lin.car_sides(self.model, self.file),
            running=running_modes(self.start_ends),
        )
        return SimulatedCar(around, blade=CUT, real=self.real.units)

    def _connect_head_unit(self) -> None:
        if self.model.fits("voice"):
            unit = self.car.head_unit
            client = self.ways.http("head_unit", unit.timeouts)
            unit.connect(client, API_URL, telematics_units.token(self))

    def _clocks(self) -> dict[str, UnitClock]:
        """Return the calendar clocks that may stray: those of units and phones of the bench's."""
        own = {party: UnitClock(self.time) for party in ("phone", TCU)}
        if self.telematics_policy.unit == "real":
            del own[TCU]
        if "digital_key" not in self.real.units:
            own["car"] = self.car.digital_key.clock
        return own

    # ── accounts and people ───────────────────────────────────────────────────────────────

    def _register(self) -> None:
        self.cloud.register(self.model.file.vin, ACCOUNT, PASSWORD, telematics_units.token(self))
        self.cloud.register(witness.VIN, witness.ACCOUNT, witness.PASSWORD, witness.TOKEN)

    def _build_witness(self) -> Witness:
        self.witness_unit = telematics_units.witness_unit(self)
        client = self.ways.http(witness.PHONE, Timeouts(6.0, 8.0))
        return Witness(
            client, self.time, self.journal, api_url=API_URL, period_s=self.plan.witness_s
        )

    # ── life ──────────────────────────────────────────────────────────────────────────────

    def restbus(
        self, bus: str, senders: Sequence[str] = (), messages: Sequence[str] = ()
    ) -> RestbusNode:
        """Start a restbus and return it; called on the loop.

        What real and simulated units send, it leaves to them: a message has one sender.

        Raises:
            ConfigError: no such sender or message.
        """
        roles, port = self.buses.role_maps[bus], self.buses.bench_port(bus, STAND_IN)
        without = spoken(self, bus) | roles.nm_messages()
        sent = Restbus(port, roles, senders=senders, messages=messages, without=without)
        self.sites[bus].stood_in.update(line.message for line in sent.describe())
        node = RestbusNode(sent, port, roles.network_management)
        self.car.stand_in(bus, sent)
        node.start()
        return node

    async def begin(self) -> None:
        """Switch on, as after a drive: supply, units, people; log in and hand out keys."""
        await begin(self)

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
                await self._closing.aclose()


async def open_station(
    file: StationFile,
    model: CarModel,
    plan: Plan,
    time: Timebase,
    journal: Journal,
    tap: Wiretap | None = None,
) -> Station:
    """Open a station for one scenario; raises ConfigError or StationError.

    `tap` listens to its network.
    """
    if isinstance(time.loop, SimulatedLoop):
        MemoryInternet(time.loop)
    station = Station(file, model, plan, time, journal, tap=tap)
    await station.open()
    return station
