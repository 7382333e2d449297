"""Running one scenario: from an empty world to a complete recording."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import asdict, replace
from typing import Any

from bench.access import starting_state
from bench.access.advice import get_advice
from bench.access.attempt import LiveAttempt
from bench.access.intent import INTENTS, Intent
from bench.access.longest import held_up_s, longest_s
from bench.access.outage import Cut, Outage, Player, play
from bench.access.path import Path, get_path
from bench.access.restoring import restore
from bench.access.scenario import Scenario
from bench.car.model import CarModel
from bench.clock.real import RealTime
from bench.clock.simulated import SimulatedTime
from bench.clock.timebase import Timebase
from bench.config.bench_file import StationFile
from bench.config.limits_section import discipline_limits
from bench.errors import CanFault, InstrumentFault
from bench.events import AdviceFollowed, BenchFault, Control, End, Inside, JitterMeasured
from bench.journal import Journal
from bench.judge.ledger import CONTROL, FLIGHT
from bench.network.wiretap import Wiretap
from bench.recording import Header, Recording
from bench.station.discipline_meter import DisciplineMeter
from bench.station.stamp import stamp_of
from bench.station.station import Plan, Station, open_station
from bench.units import NS_PER_S

DIAGNOSE_AT_S = 2.0  # the buses are still awake from the drive before
CODES_AFTER_S = 2.0  # before the end: the buses have to wake for it
ACT = "act"
ADVICE_S = 4.0  # before the first act: an owner tries again at once
FLIGHT_PATH, FLIGHT_INTENT = "cloud_app", "lock"  # what does a locked or a parked car no harm

Sink = Callable[[Header, Journal], Callable[[], None]]


def make_time(file: StationFile, scenario: Scenario) -> Timebase:
    """Return the time base that the bench file asks for."""
    if file.content.bench.time == "simulated":
        return SimulatedTime(scenario.epoch)
    return RealTime()


def run_scenario(
    file: StationFile,
    model: CarModel,
    scenario: Scenario,
    sink: Sink | None = None,
    tap: Wiretap | None = None,
    planned: Sequence[Outage] = (),
) -> Recording:
    """Run a scenario and return its recording.

    Args:
        file: the station.
        model: the car.
        scenario: what to find out.
        sink: called with header and journal before anything happens, so that entries can be
            written down as they come; what it returns is called at the end.
        tap: listens to the network.
        planned: outages that are to come on this bench: it must be able to do them.

    Raises:
        ConfigError, StationError: the station cannot be opened, cannot do an outage, or cannot be
            made safe at the end; what went wrong in between is in the recording.
    """
    recording, unsafe = play_scenario(file, model, scenario, sink, tap, planned)
    if unsafe is not None:
        raise unsafe
    return recording


def play_scenario(
    file: StationFile,
    model: CarModel,
    scenario: Scenario,
    sink: Sink | None = None,
    tap: Wiretap | None = None,
    planned: Sequence[Outage] = (),
) -> tuple[Recording, InstrumentFault | None]:
    """Run a scenario; return its recording, and why the bench could not be made safe after it.

    As `run_scenario`, for who can judge the recording before the bench's trouble ends the run.
    """
    lasts_s = longest_s(scenario) + held_up_s(model)
    time = make_time(file, scenario)
    try:
        return time.run(_run(file, model, scenario, time, sink, tap, planned), lasts_s=lasts_s)
    finally:
        time.close()


def rehearse(
    file: StationFile, model: CarModel, scenario: Scenario, planned: Sequence[Outage]
) -> None:
    """Run a scenario's opening with nothing done in it and nothing kept.

    What that loads (modules, databases, keys) a process has then once and for all. Raises
    ConfigError or StationError, as `run_scenario` would.
    """
    idle = replace(scenario, outage=None, timeline=scenario.timeline.idle())
    run_scenario(file, model, idle, planned=planned)


def _plan(scenario: Scenario) -> Plan:
    intent = INTENTS[scenario.intent]
    return Plan(
        scenario.owner, intent.locked, intent.mode, scenario.seed,
        scenario.timeline.witness_s, scenario.defects,
    )  # fmt: skip


async def _run(
    file: StationFile,
    model: CarModel,
    scenario: Scenario,
    time: Timebase,
    sink: Sink | None,
    tap: Wiretap | None,
    planned: Sequence[Outage],
) -> tuple[Recording, InstrumentFault | None]:
    journal = Journal(time.now_ns)
    station = await open_station(file, model, _plan(scenario), time, journal, tap)
    path = get_path(scenario.path)
    header = make_header(station, scenario, path, INTENTS[scenario.intent])
    done = sink(header, journal) if sink else None
    try:
        for outage in planned:
            outage.check_at(station.injector)
        script = _Script(station, scenario, path, header)
        await script.bear(script.play())
    except BaseException as error:
        if unsafe := await _end(station, done):
            raise unsafe from error
        raise
    unsafe = await _end(station, done)
    return Recording(header, journal.entries), unsafe


async def _end(station: Station, done: Callable[[], None] | None) -> InstrumentFault | None:
    """Close a station and its recording; return why it could not be made safe, on the record."""
    lateness_ns = station.time.worst_lateness_ns()
    try:
        await station.close()
    except InstrumentFault as error:
        station.journal.write(BenchFault("safe state", str(error)))
        return error
    finally:  # a bench that is not safe has its recording all the same
        finish(station, lateness_ns)
        if done is not None:
            done()
    return None


def finish(station: Station, lateness_ns: int) -> None:
    """Write the last entries of a recording.

    Args:
        station: closed.
        lateness_ns: how late the bench's timers were at worst while it was open.
    """
    frames = station.buses.finish() + station.lin.frames()
    journal = station.journal
    journal.write(JitterMeasured(lateness_ns))
    journal.write(End(len(journal.entries), frames))
    journal.seal()


def make_header(station: Station, scenario: Scenario, path: Path, intent: Intent) -> Header:
    """Return all that an oracle needs beside the entries."""
    roles: dict[str, Any] = {
        f"{bus}.{name}": role.described()
        for bus in station.buses.observed()
        for name, role in station.buses.role_maps[bus].roles.items()
    } | station.lin.described()
    outage = scenario.outage
    described = {
        "id": scenario.id,
        "car": scenario.car,
        "owner": scenario.owner,
        "path": scenario.path,
        "intent": scenario.intent,
        "needs_cloud": scenario.intent in path.cloud,
        "give_up_s": path.give_up_s,
        "helps": scenario.intent not in path.only_inside,
        "outage": outage.name if outage else None,
        "phases": [asdict(phase) for phase in outage.phases] if outage else [],
        "phase": _asked(outage),
        "timeline": asdict(scenario.timeline),
        "epoch": scenario.epoch.isoformat(),
        "compress": scenario.compress,
        "repetition": scenario.repetition,
        "measured": scenario.measured,
        "span": scenario.span,
        "advice": scenario.advice,
        "defects": [*station.model.file.defects, *scenario.defects],
    }
    return Header(
        scenario=json.loads(json.dumps(described)),  # lists, as a stored header has them
        limits=limits_of(station.model, path, scenario.intent)
        | (discipline_limits(station.file.content) if scenario.measured else {}),
        fitted=tuple(station.model.file.paths),
        roles=roles,
        starting_state=starting_state.whole(intent, station),
        seed=scenario.seed,
        stamp=stamp_of(station.file.content),
        start_ends=station.start_ends,
        bit_rates=station.buses.bit_rates,
    )


def _asked(outage: Outage | None) -> dict[str, Any] | None:
    """Return the phase that is asked about, and which command an onset cuts."""
    if outage is None or outage.asked is None:
        return None
    command = FLIGHT if outage.asked.flight_s else ACT
    return {**asdict(outage.asked), "command": f"{command}-1"}


def limits_of(model: CarModel, path: Path, intent: str) -> dict[str, dict[str, Any]]:
    """Return the limits in force: the car file's word counts before the path's own."""
    section = model.file.limits.get(path.name)
    value = getattr(section, f"{intent}_s", None)
    if section is not None and value is not None:
        return {"opens": {"value": value, "source": section.source}}
    limit = path.limits.get(intent)
    return {"opens": {"value": limit.value_s, "source": limit.source}} if limit else {}


class _Script:
    """What happens in one scenario, in order."""

    def __init__(self, station: Station, scenario: Scenario, path: Path, header: Header) -> None:
        self._station, self._scenario, self._path = station, scenario, path
        self._header = header
        self._outage: asyncio.Task[None] | None = None
        self._later_s = 0.0

    async def play(self) -> None:
        """Begin, reach the starting state, fail, act, watch, control, end."""
        station, timeline = self._station, self._scenario.timeline
        if self._scenario.outage is not None:
            self._scenario.outage.check_at(station.injector)
        await station.begin()
        if not await self._diagnose():
            return  # whatever came of it could not be judged
        if timeline.witness_s:
            await self._until(timeline.witness_from_s)
            station.time.spawn(self._witness(), "witness")
        await self._until(timeline.outage_s)
        asleep = await self._reach(buses=True)
        if not (starting_state.check(station, self._header.starting_state) and asleep):
            return
        if self._scenario.measured:
            DisciplineMeter(station).begin()
        station.time.worst_lateness_ns()  # waking up is not what punctuality is asked of
        await self._act()
        await self._until(timeline.end_s - CODES_AFTER_S)
        await station.diagnosis.read_codes("after")
        await self._until(timeline.end_s)
        if self._outage is not None:
            await self._outage

    async def bear(self, doing: Coroutine[Any, Any, None]) -> None:
        """Put an instrument's failure on record: the car is not to blame, and the run goes on."""
        try:
            await doing
        except (InstrumentFault, CanFault) as error:
            self._station.journal.write(BenchFault("station", str(error)))

    async def _diagnose(self) -> bool:
        """Ask the units who they are, and bring the car to its starting state; False: cannot."""
        station = self._station
        await self._until(DIAGNOSE_AT_S)
        await station.diagnosis.identify()
        if starting_state.CODES not in self._header.starting_state:
            await station.diagnosis.read_codes("before")
        return await self._reach(buses=False)

    async def _reach(self, *, buses: bool) -> bool:
        """Reach a part of the starting state; recipes put everything else off."""
        time, state = self._station.time, self._header.starting_state
        began_ns = time.now_ns()
        reached = await starting_state.reach(self._station, state, buses=buses)
        if reached.mended:
            self._later_s += (time.now_ns() - began_ns) / NS_PER_S
        return reached.right

    async def _act(self) -> None:
        """Let the outage begin, and the owner act in it and after it."""
        station, timeline = self._station, self._scenario.timeline
        outage = self._scenario.outage
        asked = outage.asked if outage is not None else None
        cut = asked.cut if asked is not None else None
        if outage is not None and cut is None:
            playing = play(outage, station.injector, station.journal)
            self._outage = station.time.spawn(self.bear(playing), "outage")
        if asked is not None and asked.flight_s:
            await self._until(timeline.acts_s[0] - asked.flight_s)
            self._send(cut)
            cut = None
        if self._scenario.advice:
            await self._until(timeline.acts_s[0] - ADVICE_S)
            await self._follow(self._scenario.advice)
        for number, at_s in enumerate(timeline.acts_s, 1):
            await self._until(at_s)
            await self._try(f"{ACT}-{number}", cut)
            cut = None
        for number, at_s in enumerate(timeline.controls_s, 1):
            await self._until(at_s)
            await self._log_in_again()
            acted = await self._try(f"{CONTROL}-{number}")
            station.journal.write(Control(f"{CONTROL}-{number}", acted))

    async def _follow(self, name: str) -> None:
        """Let the owner do what owners are told to do, where there is a phone to do it with."""
        phone, journal = self._station.owner.phone, self._station.journal
        if phone is not None and not phone.flat:
            seq = journal.write(Inside("owner", f"follows advice: {name}"))
            worked = await get_advice(name).follow(phone.app, seq)
            journal.write(AdviceFollowed(self._station.owner.name, name, worked), seq)

    def _send(self, cut: Cut | None) -> None:
        """Let the owner send a command by the app, from afar; it goes on beside what follows."""
        name = f"{FLIGHT}-1"
        path = get_path(FLIGHT_PATH)
        flight = LiveAttempt(self._station, path, FLIGHT_INTENT, name, self._header, self.bear)

        async def settle() -> None:
            await flight.settle()
            flight.close()

        self._arm_at(flight, cut)
        flight.begin(from_afar=True)
        self._station.time.spawn(settle(), name)

    def _arm_at(self, attempt: LiveAttempt, cut: Cut | None) -> None:
        """Let the outage begin at a step of a command, inside the very event."""
        outage, station = self._scenario.outage, self._station
        if cut is None or outage is None:
            return
        player = Player(outage, station.injector, station.journal)

        def begin(seq: int) -> None:
            player.begin(seq)
            self._outage = station.time.spawn(self.bear(player.go_on()), "outage")

        attempt.on_step(cut.after, begin)

    async def _witness(self) -> None:
        timeline = self._scenario.timeline
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeline.witness_until_s - timeline.witness_from_s):
                await self._station.witness.live()

    async def _log_in_again(self) -> None:
        """Let an owner whom the outage has logged out log in: a control has the same set-up."""
        phone = self._station.owner.phone
        if phone is not None and not phone.flat and not phone.app.logged_in:
            seq = self._station.journal.write(Inside("owner", "logs in again by hand"))
            await phone.app.log_in(seq)

    async def _until(self, at_s: float) -> None:
        left_s = at_s + self._later_s - self._station.time.now_ns() / NS_PER_S
        if left_s > 0:
            await asyncio.sleep(left_s)

    async def _try(self, name: str, cut: Cut | None = None) -> bool:
        """Let the owner act once, wait until it is settled, and restore the starting state."""
        attempt = LiveAttempt(
            self._station, self._path, self._scenario.intent, name, self._header, self.bear
        )
        self._arm_at(attempt, cut)
        attempt.begin()
        how = await attempt.settle()
        attempt.close()
        self._station.owner.go("away")
        if how == "acted" or attempt.acted_seq is not None:
            await restore(self._station, self._scenario.intent, name)
        return how == "acted"
