"""Running one scenario: from an empty world to a complete recording."""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from bench.access.header import make_header
from bench.access.intent import INTENTS
from bench.access.longest import held_up_s, longest_s
from bench.access.outage import Outage
from bench.access.path import get_path
from bench.access.scenario import Scenario
from bench.access.script import Script
from bench.car.model import CarModel
from bench.clock.real import RealTime
from bench.clock.simulated import EPOCH, SimulatedTime
from bench.clock.timebase import Timebase
from bench.config.bench_file import StationFile
from bench.errors import ConfigError, InstrumentFault
from bench.events import BenchFault, End, JitterMeasured
from bench.journal import Journal
from bench.judge.absent_unit import BACK_S
from bench.network.wiretap import Wiretap
from bench.recording import Header, Recording
from bench.station.opening import open_station
from bench.station.plan import Plan
from bench.station.station import Station

Sink = Callable[[Header, Journal], Callable[[], None]]


def make_time(file: StationFile, epoch: datetime = EPOCH) -> Timebase:
    """Return the time base that the bench file asks for; a simulated calendar begins at `epoch`.

    Raises:
        ConfigError: it asks for a processor that this process may not use.
    """
    if file.content.bench.time == "simulated":
        return SimulatedTime(epoch)
    cpu, allowed = file.content.bench.cpu, os.sched_getaffinity(0)
    if cpu is not None and cpu not in allowed:
        there = ", ".join(map(str, sorted(allowed)))
        raise ConfigError(f"{file.path}: bench.cpu: this process may not use {cpu}, but {there}")
    return RealTime(cpu=cpu)


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
    lasts_s = longest_s(scenario) + held_up_s(model) + BACK_S
    time = make_time(file, scenario.epoch)
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
        _witness_s(scenario), scenario.defects,
    )  # fmt: skip


def _witness_s(scenario: Scenario) -> float:
    """Return how often the witness probes: not so often that it keeps a fault from being met."""
    witness_s, outage = scenario.timeline.witness_s, scenario.outage
    return max(witness_s, outage.quiet_s) if witness_s and outage is not None else witness_s


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
    done: Callable[[], None] | None = None
    try:
        path = get_path(scenario.path)
        header = make_header(station, scenario, path, INTENTS[scenario.intent])
        done = sink(header, journal) if sink else None
        for outage in planned:
            outage.check_at(station.injector)
        script = Script(station, scenario, path, header)
        await script.bear(script.play())
    except BaseException as error:
        if unsafe := await end(station, done):
            raise unsafe from error
        raise
    unsafe = await end(station, done)
    return Recording(header, journal.entries), unsafe


async def end(station: Station, done: Callable[[], None] | None = None) -> InstrumentFault | None:
    """Close a station and its recording; return why it could not be made safe, on the record.

    Args:
        station: open.
        done: closes the recording (None: somebody else does).
    """
    lateness_ns = station.worst_lateness_ns()
    try:
        await station.close()
    except InstrumentFault as error:
        station.journal.write(BenchFault("safe state", str(error)))
        return error
    finally:  # a bench that is not safe has its recording all the same
        _finish(station, lateness_ns)
        if done is not None:
            done()
    return None


def _finish(station: Station, lateness_ns: int) -> None:
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
