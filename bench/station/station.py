"""Everything that one bench file names, opened together for one scenario."""

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Protocol

from bench.can.network_management import NmNode
from bench.can.restbus import Restbus, named
from bench.can.restbus_node import RestbusNode
from bench.can.role_bus import RoleBus
from bench.car.harness import BENCH, TELEMATICS_NODES, nm_identifier
from bench.car.model import CarModel
from bench.car.simulated_car import SimulatedCar
from bench.clock.simulated import SimulatedLoop
from bench.clock.timebase import Timebase
from bench.clock.unit_clock import UnitClock
from bench.cloud.backend import Backend
from bench.cloud.policy import CloudPolicy
from bench.config.bench_file import StationFile
from bench.config.spec import parse
from bench.config.validation import check
from bench.errors import ConfigError
from bench.events import ClockStepped
from bench.faults.electrics import Electrics
from bench.faults.fault import Site
from bench.faults.injector import Injector
from bench.instruments.pace import JumpingPace, RealPace
from bench.journal import Journal
from bench.network.http_client import HttpClient, Timeouts
from bench.network.memory import MemoryInternet
from bench.network.network import DOMAIN, WITHIN, Network
from bench.network.revocation_check import PATIENCE, RevocationCheck
from bench.network.trust import Trust, trust_of
from bench.network.wiretap import Wiretap
from bench.owner import rig
from bench.owner.app import App, AppIdentity
from bench.owner.app_policy import AppPolicy
from bench.owner.blade import Blade
from bench.owner.card import Card
from bench.owner.cast import carries
from bench.owner.fob import Fob
from bench.owner.person import Person
from bench.owner.phone import Phone
from bench.protocol.signing import public_bytes
from bench.radio.air import Air, Place
from bench.registry import Registry, registry
from bench.seeds import stream
from bench.station import witness as witness_identity
from bench.station.actuators import load_actuators
from bench.station.buses import Buses, load_role_maps
from bench.station.diagnosis import Diagnosis, connect_telematics
from bench.station.exposure import certificates, exposures, open_dns
from bench.station.guarded import Guarded
from bench.station.instruments import Instruments
from bench.station.lin_buses import LinBuses, load_lin
from bench.station.real_units import real_units
from bench.station.start_end import load_start_end
from bench.station.tap import Tap
from bench.station.telematics import telematics_policy
from bench.station.toxiproxy import open_toxiproxy, toxiproxy_port
from bench.station.witness import Witness
from bench.telematics.policy import TelematicsPolicy
from bench.telematics.push.channel import Identity, PushWay
from bench.telematics.push.websocket import Websocket
from bench.telematics.real_unit import RealUnit
from bench.telematics.unit import TelematicsUnit
from bench.telematics.vehicle_side import CanVehicle, EchoVehicle
from bench.wiring.nets import Wiring

PUSH_HOST = f"push.{DOMAIN}"
API_URL, PUSH_URL = f"https://api.{DOMAIN}", f"https://{PUSH_HOST}"
ACCOUNT, PASSWORD, TCU_TOKEN = "owner", "owner's word", "tcu-token"
PARTIES = ("phone", "tcu", "head_unit", witness_identity.PHONE, witness_identity.TCU)
PHONE_KEY, CARD_KEY, FOB, CUT = "phone-1", "card-1", "fob-1", b"cut-4711"


class Client(Protocol):
    """A party's way to the cloud, to be closed with the station."""

    async def close(self) -> None:
        """Close it."""
        ...


def defects() -> Registry:
    """Return every defect there is."""
    return registry("defect", "*/defects")


def cloud_policy(file: StationFile) -> CloudPolicy:
    """Return how the mock cloud behaves on this bench; raises ConfigError."""
    return check(CloudPolicy, file.content.cloud, source=str(file.path), prefix="cloud")


@dataclass(frozen=True)
class Plan:
    """What a scenario needs of a station.

    Attributes:
        owner: who acts, by name.
        locked, mode: how the car stands at the beginning.
        seed: of every random stream.
        witness_s: how often the witness probes (0: there is none).
        defects: further defects, beside those of the car file.
    """

    owner: str = "phone_only"
    locked: bool = True
    mode: str = "off"
    seed: int = 1
    witness_s: float = 10.0
    defects: tuple[str, ...] = ()


@dataclass
class Station:
    """An open station. Make it with `open_station`."""

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
        self.actuators = load_actuators(self.file)
        self.time.watch_calendar(self._on_clock_step)
        self.instruments = self._build_instruments()
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
        self._refuse_second_telematics_unit()
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
        self._wire_telematics_supply()

    def _refuse_second_telematics_unit(self) -> None:
        """A real unit is named where its emergency calls are asked about, and nowhere else."""
        senders = self.buses.role_maps["telematics"].database.messages.values()
        real = self.real.messages.get("telematics", frozenset())
        own = {message.name for message in senders if "TCU" in message.senders}
        if self.telematics_policy.unit == "mocked" and own & real:
            raise ConfigError(
                f"{self.file.path}: car.real: a real telematics unit is said by telematics.unit = "
                '"real", which asks for [emergency_call] too'
            )

    def _populate(self) -> None:
        """Let units and people live, and prepare what disturbs them."""
        self._register()
        self.telematics = self._build_telematics()
        self.owner = self._build_owner()
        self._connect_head_unit()
        self.witness = self._build_witness()
        self.diagnosis = Diagnosis(
            self.model.file.diagnosis, self.buses.bench_port, self.journal,
            tester_present=self.file.content.diagnosis.tester_present,
        )  # fmt: skip
        self._closing.callback(self.diagnosis.close)
        sites = self.buses.sites(self.file, self.model, self.journal)
        site = Site(
            self.network, self.cloud.front, self.cloud.state, sites, self.clocks,
            electrics=Electrics(self.instruments, self.wiring, self.journal),
        )  # fmt: skip
        self.injector = Injector(site, self.journal, self.plan.seed)
        self._fit_defects()

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
        self.clients: list[Client] = []
        self._closing.push_async_callback(self.cloud.stop)
        self._closing.push_async_callback(self._close_clients)
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

    async def _close_clients(self) -> None:
        for client in self.clients:
            await client.close()

    def _build_instruments(self) -> Instruments:
        """Let drivers wait as the bench does: simulated devices need no time, real ones do."""
        if isinstance(self.time.loop, SimulatedLoop):
            return Instruments(self.journal, self.wiring, JumpingPace())
        hand_over = self.time.loop.call_soon_threadsafe
        return Instruments(self.journal, self.wiring, RealPace(), hand_over)

    # ── the car and its units ─────────────────────────────────────────────────────────────

    def _build_car(self) -> SimulatedCar:
        return SimulatedCar(
            self.model,
            time=self.time,
            journal=self.journal,
            wiring=self.wiring,
            air=self.air,
            role_maps=self.buses.role_maps,
            make_port=self.buses.car_port,
            seed=self.plan.seed,
            fobs=[FOB],
            blade=CUT,
            real=self.real.units,
            lin=self.lin.car_sides(self.model, self.file),
        )

    def _build_telematics(self) -> TelematicsUnit | RealUnit:
        policy, vin = self.telematics_policy, self.model.file.vin
        if policy.unit == "real":
            push = self.cloud.state.push
            identity = Identity("tcu", vin, self._tcu_token(), PUSH_HOST)
            return RealUnit(identity, self.journal, lambda: push.connected(vin))
        port = self.buses.bench_port("telematics", "TCU")
        nodes = (*TELEMATICS_NODES, BENCH)
        others = [nm_identifier("telematics", n) for n in nodes if n != "TCU"]
        own = nm_identifier("telematics", "TCU")
        bus = RoleBus(port, self.buses.role_maps["telematics"], checks=True)
        nm = NmNode(port, own, own & 0xF, others,
                    on_awake=lambda _cause: None, on_asleep=bus.stop_all)  # fmt: skip
        vehicle = CanVehicle(bus, nm)
        unit = self._unit("tcu", vin, self._tcu_token(), vehicle, policy, self._draw_telematics)
        connect_telematics(self, unit, vehicle)
        unit.on_key_revoked = self.car.digital_key.revoke  # type: ignore[method-assign]
        return unit

    def _draw_telematics(self, ma: int) -> None:
        self.wiring.net("terminal_30").load("TCU", ma)

    def _tcu_token(self) -> str:
        return self.file.content.network.tcu_token or TCU_TOKEN

    def _unit(
        self,
        party: str,
        vin: str,
        token: str,
        vehicle: Any,
        policy: TelematicsPolicy,
        draw: Callable[[int], None] = lambda _ma: None,
    ) -> TelematicsUnit:
        way = self._push_way(party, policy)
        unit = TelematicsUnit(
            Identity(party, vin, token, PUSH_HOST), way, vehicle,
            time=self.time, journal=self.journal,
            rng=stream(self.plan.seed, party), policy=policy, draw=draw,
            clock=self.clocks.get(party), trust=self.network.trusts[party],
        )  # fmt: skip
        self.cloud.state.carrier.subscribe(vin, unit.wake)
        return unit

    def _push_way(self, party: str, policy: TelematicsPolicy) -> PushWay:
        """Return a unit's way to the push service, by the protocol that it speaks."""
        patience_s = policy.connect_timeout_s
        if policy.push == "websocket":
            return Websocket(self._client(party, Timeouts(patience_s, patience_s)))
        from bench.network.mqtt_client import MqttClient
        from bench.telematics.push.mqtt import Mqtt

        client = MqttClient(
            party, self.network.names, self.journal, connect_s=patience_s,
            trust=self._trust(party),
        )  # fmt: skip
        self.clients.append(client)
        return Mqtt(client)

    def _wire_telematics_supply(self) -> None:
        """A relay feeds the telematics unit: opened, the unit is electrically absent."""

        def changed(net: Any, _cause: int | None) -> None:
            self.telematics.power(on=bool(net.mv))
            if net.mv:
                self.telematics.wake(None)

        self.wiring.net("telematics_supply").watch(changed)

    def _connect_head_unit(self) -> None:
        if self.model.fits("voice"):
            unit = self.car.head_unit
            unit.connect(self._client("head_unit", unit.timeouts), API_URL, self._tcu_token())

    def _client(self, party: str, timeouts: Timeouts) -> HttpClient:
        client = HttpClient(
            party, self.network.names, self.journal, timeouts=timeouts, trust=self._trust(party)
        )
        self.clients.append(client)
        return client

    def _trust(self, party: str) -> Trust:
        """Return what a party trusts; with mutual TLS it shows a certificate for its vehicle."""
        witness = party in {witness_identity.PHONE, witness_identity.TCU}
        vin = witness_identity.VIN if witness else self.model.file.vin
        trust = trust_of(self.network.certificates, vin, self.clocks.get(party))
        self.network.trusts[party] = trust
        certificates = self.network.certificates
        if certificates.ocsp != "off":
            asking = HttpClient(party, self.network.names, self.journal, timeouts=PATIENCE)
            self.clients.append(asking)
            trust.status = RevocationCheck(
                asking, certificates.authority, certificates.ocsp, self.time
            )
        return trust

    def _clocks(self) -> dict[str, UnitClock]:
        """Return the calendar clocks that may stray: those of units and phones of the bench's."""
        own = {party: UnitClock(self.time) for party in ("phone", "tcu")}
        if self.telematics_policy.unit == "real":
            del own["tcu"]
        if "digital_key" not in self.real.units:
            own["car"] = self.car.digital_key.clock
        return own

    # ── accounts and people ───────────────────────────────────────────────────────────────

    def _register(self) -> None:
        self.cloud.register(self.model.file.vin, ACCOUNT, PASSWORD, self._tcu_token())
        other = witness_identity
        self.cloud.register(other.VIN, other.ACCOUNT, other.PASSWORD, other.TOKEN)

    def _build_owner(self) -> Person:
        has = carries(self.plan.owner)
        person = Person(self.plan.owner, self.air, code=self.car.bcm.parameters.keypad.code)
        if has.phone != "none":
            person.phone = Phone(PHONE_KEY, self._build_app(), self.air, Place())
            person.phone.flat = has.phone == "flat"
        if has.card:
            person.card = Card(CARD_KEY, self.air, Place())
            if "card" in self.actuators.real:
                rig.CardRig(person.card, self.wiring, self.time.spawn)
        if has.fob != "none":
            person.fob = Fob(FOB, self.air, Place(), flat=has.fob == "flat")
            if "fob" in self.actuators.real:
                celled = self.actuators.cell is not None
                rig.FobRig(person.fob, self.wiring, self.time.spawn, celled=celled)
        if has.blade:
            person.blade = Blade("blade-1", self.air, Place(), CUT)
        return person

    def _build_app(self) -> App:
        policy = check(AppPolicy, self.file.content.app, source=str(self.file.path), prefix="app")
        identity = AppIdentity(
            self.plan.owner, ACCOUNT, PASSWORD, self.model.file.vin, API_URL,
            f"{PUSH_URL}/push/app",
        )  # fmt: skip
        timeouts = Timeouts(policy.connect_timeout_s, policy.request_timeout_s)
        return App(
            identity,
            self._client("phone", timeouts),
            self.time,
            self.journal,
            policy,
            self.clocks["phone"],
            self.network.trusts["phone"],
        )

    def _build_witness(self) -> Witness:
        other = witness_identity
        judged = self.telematics_policy  # the same protocol: it is to meet the same faults
        policy = TelematicsPolicy(
            push=judged.push, mqtt_version=judged.mqtt_version, heartbeat_s=judged.heartbeat_s,
            parked_online_s=1e9, search_s=1e9, backoff_cap_s=8.0,
        )  # fmt: skip
        self.witness_unit = self._unit(other.TCU, other.VIN, other.TOKEN, EchoVehicle(), policy)
        client = self._client(other.PHONE, Timeouts(6.0, 8.0))
        return Witness(
            client, self.time, self.journal, api_url=API_URL, period_s=self.plan.witness_s
        )

    def _fit_defects(self) -> None:
        """Switch on the defects that the car file and the plan name."""
        source = str(self.model.path)
        for text in (*self.model.file.defects, *self.plan.defects):
            defect = parse(text, defects(), source=f"{source}: defects")
            defect.fit(self._part(defect))

    def _part(self, defect: Any) -> Any:
        """Return what a defect is fitted to: the room in whose `defects/` it stands."""
        room = type(defect).__module__.split(".")[-3]
        if room == "telematics" and isinstance(self.telematics, RealUnit):
            raise ConfigError(
                f'{self.file.path}: telematics.unit = "real": defects of the mocked unit cannot be '
                f"fitted to it ({type(defect).__name__})"
            )
        parts = {"car": self.car, "telematics": self.telematics, "cloud": self.cloud,
                 "owner": self.owner}  # fmt: skip
        return parts[getattr(defect, "part", room)]

    # ── life ──────────────────────────────────────────────────────────────────────────────

    def _start_restbuses(self) -> None:
        """Send in place of units that are not there."""
        for bus, section in self.file.content.can.items():
            if section.restbus:
                senders, messages = named(self.buses.role_maps[bus], section.restbus)
                self.restbus(bus, senders, messages)

    def restbus(
        self, bus: str, senders: Sequence[str] = (), messages: Sequence[str] = ()
    ) -> RestbusNode:
        """Start a restbus and return it; called on the loop.

        Raises:
            ConfigError: no such sender or message.
        """
        roles, port = self.buses.role_maps[bus], self.buses.bench_port(bus, "restbus")
        without = self.real.messages[bus] | roles.nm_messages()
        sent = Restbus(port, roles, senders=senders, messages=messages, without=without)
        node = RestbusNode(sent, port, roles.network_management)
        node.start()
        return node

    async def begin(self) -> None:
        """Switch on, as after a drive: supply, units, people; log in and hand out keys."""
        self._start_restbuses()
        self.instruments.rest()
        for supply in self.instruments.supplies:
            if supply != self.actuators.cell or carries(self.plan.owner).fob == "charged":
                self.instruments.power(supply, on=True, cause=None)
        self.car.place(locked=self.plan.locked, mode=self.plan.mode)
        self.instruments.lines.listen()
        for watch in self.instruments.watch_supplies(in_real_time=not self.time.simulated):
            self.time.spawn(watch.poll(), f"watch {watch.name}")
        for poller in self.instruments.lines.pollers(self.time.now_ns):
            self.time.spawn(poller.poll(), f"poll {poller.name}")
        self.owner.arrive()
        self._hand_out_keys()
        for unit in (self.telematics, self.witness_unit):
            self.time.spawn(unit.live(), unit.identity.party)
        self._power_telematics()
        if self.plan.witness_s:
            self.witness_unit.wake(None)
        phone = self.owner.phone
        if phone is not None and not phone.flat:
            await phone.app.log_in()
            await phone.app.fetch_key(phone.name)
        await self.car.show_state()

    def _power_telematics(self) -> None:
        wired = any("telematics_supply" in b.setup.channels
                    for b in self.instruments.relays.values())  # fmt: skip
        if wired:
            self.instruments.switch("telematics_supply", closed=True, cause=None)
        else:
            self.telematics.wake(None)

    def _hand_out_keys(self) -> None:
        """Entitle what the owner carries: that was done long before the scenario began."""
        vin = self.model.file.vin
        for credential in (PHONE_KEY, CARD_KEY):
            public = public_bytes("credential", credential).hex()
            right = self.cloud.state.keys.issue(vin, credential, public)
            if right is not None:
                self.car.digital_key.learn(right.signed())

    async def close(self) -> None:
        """Close everything in reverse order, instruments safe first."""
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
