"""How a station opens: buses, car, network, cloud, instruments and people, in this order."""

from bench.car.model import CarModel
from bench.car.simulated_car import SimulatedCar
from bench.car.surroundings import Surroundings
from bench.clock.simulated_loop import SimulatedLoop
from bench.clock.timebase import Timebase
from bench.clock.unit_clock import UnitClock
from bench.cloud.backend import Backend
from bench.config.bench_file import StationFile
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
from bench.station.buses import Buses, load_role_maps
from bench.station.cloud_policy import cloud_policy
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
from bench.station.start_end import load_start_end, running_modes
from bench.station.station import Station
from bench.station.tap import Tap
from bench.station.telematics import telematics_policy
from bench.station.toxiproxy import open_toxiproxy, toxiproxy_port
from bench.station.ways import Ways
from bench.station.witness import Witness


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
    station.hands = Hands(time)
    station.actuators = load_actuators(file)

    def on_clock_step(step_ns: int) -> None:
        journal.write(ClockStepped(step_ns))

    time.watch_calendar(on_clock_step)
    station.instruments = instruments_on(time, journal, station.wiring)
    station.guarded = Guarded(file, time, station.instruments)
    try:
        _open_car(station)
        station.guarded.open()
        await _open_cloud(station)
        _populate(station)
    except BaseException:  # leave nothing open
        await station.close()
        raise
    return station


def _open_car(station: Station) -> None:
    """Open the buses, and put the simulated units on them."""
    file, model, journal = station.file, station.model, station.journal
    station.telematics_policy = telematics_policy(file, model)
    station.cloud_policy = cloud_policy(file)
    station.air = Air(journal)
    buses = station.buses = Buses(load_role_maps(file, model))
    station.lin = LinBuses(load_lin(file, model))
    station.start_ends = load_start_end(file, buses.role_maps)
    station.real = real_units(file, buses.role_maps)
    telematics_units.refuse_second(station)
    station.closing.callback(buses.close)
    station.closing.callback(station.lin.close)
    station.closing.push_async_callback(station.time.drain)
    buses.open(file, model, journal)
    station.lin.open(file, model, journal)
    station.taps = {
        bus: Tap(buses.bench_port(bus), buses.role_maps[bus], journal) for bus in buses.observed()
    }
    station.car = _build_car(station)
    for net in rig.NETS:
        station.wiring.net(net)
    telematics_units.wire_supply(station)


def _build_car(station: Station) -> SimulatedCar:
    around = Surroundings(
        station.model,
        station.time,
        station.journal,
        station.wiring,
        station.air,
        role_maps=station.buses.role_maps,
        make_port=station.buses.car_port,
        seed=station.plan.seed,
        fobs=[FOB],
        lin=station.lin.car_sides(station.model, station.file),
        running=running_modes(station.start_ends),
    )
    return SimulatedCar(around, blade=CUT, real=station.real.units)


async def _open_cloud(station: Station) -> None:
    """Start the cloud, link every party to it, answer names."""
    file, time, journal, closing = station.file, station.time, station.journal, station.closing
    push = station.telematics_policy.push
    mqtt = push == "mqtt"
    station.clocks = _clocks(station)
    network = station.network = Network(
        journal, certificates=certificates(file, station.tap), tap=station.tap
    )
    closing.callback(network.close)
    cloud = station.cloud = Backend(
        time, journal, network, station.plan.seed, station.cloud_policy, mqtt=mqtt
    )
    station.ways = Ways(network, time, journal, station.model.file.vin, station.clocks)
    closing.push_async_callback(cloud.stop)
    closing.push_async_callback(station.ways.close)
    station.exposed = exposures(file, push)
    port = toxiproxy_port(file)
    await cloud.start()
    for party in PARTIES:
        await network.connect(
            party, mqtt=mqtt and party.endswith("tcu"), exposure=station.exposed.get(party, WITHIN)
        )
    station.dns = await open_dns(file, station.exposed, network)
    for server in station.dns:
        closing.callback(server.close)
    if port is not None:
        toxiproxy = await open_toxiproxy(port, network, station.plan.seed)
        closing.push_async_callback(toxiproxy.close)


def _clocks(station: Station) -> dict[str, UnitClock]:
    """Return the calendar clocks that may stray: those of units and phones of the bench's."""
    own = {party: UnitClock(station.time) for party in ("phone", TCU)}
    if station.telematics_policy.unit == "real":
        del own[TCU]
    if "digital_key" not in station.real.units:
        own["car"] = station.car.digital_key.clock
    return own


def _populate(station: Station) -> None:
    """Let units and people live, and prepare what disturbs them."""
    _register(station)
    station.telematics = telematics_units.judged_unit(station)
    station.owner = owner_of(station)
    _connect_head_unit(station)
    station.witness_unit = telematics_units.witness_unit(station)
    station.witness = _build_witness(station)
    station.diagnosis = Diagnosis(
        station.model.file.diagnosis, station.buses.bench_port, station.journal,
        tester_present=station.file.content.diagnosis.tester_present,
    )  # fmt: skip
    station.closing.callback(station.diagnosis.close)
    site = fault_site(station, station.file, station.instruments)
    station.sites = dict(site.can)
    for can_site in station.sites.values():
        can_site.claim_spoken()
    station.injector = Injector(site, station.journal, station.plan.seed)
    fit_defects(station)


def _register(station: Station) -> None:
    """Give the owner and the witness their accounts and cars."""
    register, vin = station.cloud.register, station.model.file.vin
    register(vin, ACCOUNT, PASSWORD, telematics_units.token(station))
    register(witness.VIN, witness.ACCOUNT, witness.PASSWORD, witness.TOKEN)


def _connect_head_unit(station: Station) -> None:
    """Have the head unit reach the cloud, in a car that is spoken to."""
    if station.model.fits("voice"):
        unit = station.car.head_unit
        client = station.ways.http("head_unit", unit.timeouts)
        unit.connect(client, API_URL, telematics_units.token(station))


def _build_witness(station: Station) -> Witness:
    client = station.ways.http(witness.PHONE, Timeouts(6.0, 8.0))
    return Witness(
        client, station.time, station.journal, api_url=API_URL, period_s=station.plan.witness_s
    )
