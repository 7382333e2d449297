"""Opening a station to see what is there."""

import asyncio
from collections.abc import Iterable, Iterator

from bench.access.checksums import wrong_checksums
from bench.access.finding import Finding, slow_ones
from bench.access.runner import make_time
from bench.access.starting_state import check_declared
from bench.access.traffic import traffic
from bench.access.until import until
from bench.can.known_roles import role_slips
from bench.car.model import CarModel
from bench.clock.timebase import Timebase
from bench.config.bench_file import CanSection, StationFile
from bench.config.instrument_sections import RelaysSection, SupplySection
from bench.events import DiagnosisFailed, UnitIdentified
from bench.events.wires import LOCK_MOTOR
from bench.instruments.kinds import Instrument
from bench.instruments.supply_output import MOTOR_STALL_A, STALLS
from bench.journal import Journal
from bench.judge.absent_unit import last_seen
from bench.station.ahead import check_file
from bench.station.beginning import begin
from bench.station.buses import load_role_maps
from bench.station.felt import slips
from bench.station.hold import Hold
from bench.station.lock_motors import FEEDING_MOTORS, too_weak
from bench.station.models import SIMULATED, Section
from bench.station.opening import open_station
from bench.station.plan import Plan
from bench.station.station import Station
from bench.station.unsettled import unsettled

LOOK_S = 3.0
COMES_S = 30.0  # a real unit that backs off has tried again, unless it has failed for long


def inspect(file: StationFile, model: CarModel, seed: int) -> Iterator[Finding]:
    """Yield how the last run died, if it did; open a station, look for a few seconds, close it.

    Raises:
        ConfigError, StationError: something cannot be opened.
    """
    yield from _last_time(file)
    check_file(file, model)
    check_declared(model, load_role_maps(file, model))
    time = make_time(file)
    try:
        yield from time.run(_inspect(file, model, seed, time))
    finally:
        time.close()


async def _inspect(file: StationFile, model: CarModel, seed: int, time: Timebase) -> list[Finding]:
    journal = Journal(time.now_ns)
    station = await open_station(file, model, Plan(seed=seed), time, journal)
    hold = station.guarded.hold
    try:
        await begin(station)
        await asyncio.sleep(LOOK_S)
        return [
            Finding("bench file", f"{file.path} ({file.content.bench.time} time)"),
            Finding("car", f"{model.name}: {model.file.summary}"),
            *_buses(station, file),
            *_lin_buses(station, file),
            *_instruments(station),
            *slow_ones(station.journal),
            *_motors(file),
            *await _units(station),
            *await _cloud(station),
            *_safe_state(hold, station),
        ]
    finally:
        await station.close()


async def _cloud(station: Station) -> list[Finding]:
    """Say where devices find the cloud, and whether a real unit has found it."""
    if station.telematics_policy.unit == "real":
        await until(lambda: station.telematics.state == "connected", COMES_S)
    return [_unit(station), *_places(station)]


def _unit(station: Station) -> Finding:
    policy, state = station.telematics_policy, station.telematics.state
    there = policy.unit == "mocked" or state == "connected"
    why = "" if there else f": {last_seen(station.journal.entries)}"
    says = f"api and push ({policy.push}) over TLS; {policy.unit} unit {state}{why}"
    return Finding("cloud", says, there)


def _places(station: Station) -> Iterator[Finding]:
    dns = {server.party: server.address for server in station.dns}
    for party in station.exposed:
        places = [
            f"{name} at {host}:{port}"
            for (who, name), (host, port) in station.network.names.table.items()
            if who == party
        ]
        if party in dns:
            host, port = dns[party]
            places.append(f"DNS at {host}:{port}")
        yield Finding(f"network.{party}", ", ".join(places))


def _buses(station: Station, file: StationFile) -> Iterator[Finding]:
    for bus in station.buses.observed():
        roles = station.buses.role_maps[bus]
        section = file.content.can.get(bus, CanSection())
        says = (
            f"{section.interface}, {len(roles.database.messages)} messages, "
            f"{len(roles.roles)} roles"
        )
        yield Finding(f"can.{bus}", says)
        unknown = [m for m, p in roles.protection.items() if p.scheme == "unknown"]
        if unknown:
            yield Finding(f"can.{bus}", f"protection unknown: {', '.join(unknown)}")
        for message, says in wrong_checksums(station.journal.entries, bus, roles):
            yield Finding(f"can.{bus}.{message}", says, found=False)
        for role, meant in role_slips(roles.roles).items():
            says = f'a role of your own, which the bench never asks for: did you mean "{meant}"?'
            yield Finding(f"can.{bus}.roles.{role}", says, found=None)
        values = station.taps[bus].values
        seen = ", ".join(f"{role}={value.label}" for role, value in sorted(values.items()))
        at_rest = any(roles.carries_at_rest())
        there = bool(seen) or not at_rest
        none = "none: is the bus awake?" if at_rest else "none: each asks or answers something"
        yield Finding(f"can.{bus} roles seen", seen or none, there)
        if not station.time.simulated:
            yield from traffic(station.journal.entries, bus, roles, LOOK_S)


def _lin_buses(station: Station, file: StationFile) -> Iterator[Finding]:
    """Say what the bench hears on LIN: nothing is no fault there, a door's bus sleeps by itself."""
    lin = station.lin
    for bus, what in lin.buses.items():
        if bus not in lin.taps:
            roles = ", ".join(sorted(what.roles.roles)) or "no role"
            yield Finding(f"lin.{bus}", f"not observable here (no [lin.{bus}]): {roles}")
            continue
        section = file.content.lin[bus]
        yield Finding(
            f"lin.{bus}",
            f"{section.interface}, {len(what.description.messages)} frames of "
            f"{what.description.path.name}, {len(what.roles.roles)} roles, "
            f"{'the bench is' if section.master else 'a unit is'} the master",
        )
        values = sorted(lin.taps[bus].values.items())
        seen = ", ".join(f"{role}={value.label}" for role, value in values)
        yield Finding(f"lin.{bus} roles seen", seen or "none so far: is the bus awake?")


async def _units(station: Station) -> list[Finding]:
    """Ask every unit that the car file says answers diagnosis."""
    since = len(station.journal.entries)
    await station.diagnosis.identify()
    events = [entry.event for entry in station.journal.entries[since:]]
    said: dict[str, list[str]] = {}
    for event in events:
        if isinstance(event, UnitIdentified):
            said.setdefault(event.unit, []).append(f"0x{event.identifier:04X} {event.value}")
    silent = [
        Finding(f"diagnosis.{event.unit}", event.reason, found=False)
        for event in events
        if isinstance(event, DiagnosisFailed)
    ]
    return [*(Finding(f"diagnosis.{u}", ", ".join(lines)) for u, lines in said.items()), *silent]


def _instruments(station: Station) -> Iterator[Finding]:
    instruments = station.instruments
    for kind, named in (
        ("relays", instruments.relays),
        ("supplies", instruments.supplies),
        ("meters", instruments.meters),
    ):
        for name, instrument in named.items():
            section = getattr(station.file.content, kind)[name]
            says = f"{instrument.identity()}: {_used_for(name, section)}"
            yield Finding(f"{kind}.{name}", says + _weakness(name, section, instrument))
            yield from _stands_in(f"{kind}.{name}", section)
            yield from _contacts(f"{kind}.{name}", section, instrument)
            yield from _blind(f"{kind}.{name}", instrument)
            if kind != "supplies":
                own = (c for c in instrument.setup.channels if not instruments.in_a_wire(c))
                yield from _own_words(f"{kind}.{name}.channels", own)


def _used_for(name: str, section: Section) -> str:
    """Say what an instrument does on this bench: a supply is switched on for it."""
    if isinstance(section, SupplySection):
        net, volts, amperes = section.net or name, section.voltage_v, section.current_limit_a
        return f"{volts:g} V for {net}, at most {amperes:g} A"
    return ", ".join(section.channels) or "no channel is named yet"


def _stands_in(where: str, section: Section) -> Iterator[Finding]:
    """Say of a simulated instrument that it is not the one at the resource that is named."""
    if section.model == SIMULATED and section.resource:
        says = f"simulated: nothing is told to {section.resource} until the model there is named"
        yield Finding(f"{where}.model", says, found=None)


def _contacts(where: str, section: Section, instrument: Instrument) -> Iterator[Finding]:
    """Say of a board what its contacts cannot: fall off without power, carry a lock motor."""
    if getattr(instrument, "latching", False):
        says = (
            "its relays latch: what is closed as its power goes stays closed, and the bench unsafe"
        )
        yield Finding(where, says, found=None)
    contact_a = getattr(instrument, "contact_a", None)
    if not isinstance(section, RelaysSection) or contact_a is None:
        return
    for name, contact in section.channels.items():
        wire = contact.opens or contact.shorts or ""
        if contact_a < MOTOR_STALL_A[1] and wire.startswith((LOCK_MOTOR, *FEEDING_MOTORS)):
            says = f"carries {contact_a:g} A; {STALLS}, and {wire} feeds one"
            yield Finding(f"{where}.channels.{name}", says, found=None)


def _blind(where: str, instrument: Instrument) -> Iterator[Finding]:
    """Say of a supply what nobody sees because it does not tell its current."""
    measure = getattr(instrument, "measure_current", None)
    if measure is not None and measure() is None:
        says = "does not tell its current: its limit is not seen, nor what a sleeping car draws"
        yield Finding(where, says, found=None)


def _own_words(where: str, channels: Iterable[str]) -> Iterator[Finding]:
    """Ask about names of the bench's own that are a slip of the pen away from the car's."""
    for channel, meant in slips(channels).items():
        says = f'a name of your own, which no path uses: did you mean "{meant}"?'
        yield Finding(f"{where}.{channel}", says, found=None)


def _weakness(name: str, section: Section, instrument: Instrument) -> str:
    """Say of the car's supply that it cannot feed a stalled lock motor, where that is known.

    Where the file says what its motors draw together, nothing is assumed: see `check_models`.
    """
    feeds = (
        isinstance(section, SupplySection)
        and (section.net or name) in FEEDING_MOTORS
        and section.motors_stall_a is None
    )
    most_a = getattr(instrument, "most_a", None) if feeds else None
    if most_a is None or most_a >= MOTOR_STALL_A[1]:
        return ""
    return f"; gives at most {most_a:g} A, and {STALLS}"


def _motors(file: StationFile) -> Iterator[Finding]:
    """Say of a supply that it may not feed the lock motors on the table."""
    weak = too_weak(file)
    if weak is not None:
        yield Finding(*weak, found=None)


def _safe_state(hold: Hold | None, station: Station) -> Iterator[Finding]:
    """Yield what stands between this bench and a run that dies."""
    if hold is None:
        return
    guardian = hold.guardian
    says = "none: [bench] guardian = false, or nothing real that it could switch off"
    if guardian is not None:
        says = (
            f"ready (pid {guardian.pid}); everything was {_made_safe(station)} before it was used"
        )
    yield Finding("guardian", says)


def _made_safe(station: Station) -> str:
    """Say how far it is known that everything was off."""
    instruments = station.instruments
    silent = [
        f"{kind}.{name}"
        for kind, named in (("relays", instruments.relays), ("supplies", instruments.supplies))
        for name, device in named.items()
        if not getattr(device, "reads_back", True)
    ]
    if not silent:
        return "read back safe"
    return f"switched off and read back (of {', '.join(silent)} it was commanded only)"


def _last_time(file: StationFile) -> Iterator[Finding]:
    """Yield what became of the bench when runs had died, before anything is opened.

    What this bench can leave safe is a remark. A device that it does not name is more than that.
    """
    for each in unsettled(file):
        yield Finding("guardian, last time", each.says, found=False if each.beyond else None)
