"""A bench that fails while it is opened: nothing stays open or on, its recording comes to an end."""

from pathlib import Path

import pytest

from bench.access import runner, starting_state
from bench.access.handles.bench import Bench, make_setup
from bench.access.runner import run_scenario
from bench.access.scenario import Scenario
from bench.access.timeline import short_timeline
from bench.car.model import load_car
from bench.config.bench_file import DEFAULT, load_bench
from bench.errors import StationError
from bench.events import End
from bench.station.station import Station

POWER = "terminal_30"


def fail(*_arguments):
    raise StationError("no room left")


class Kept:
    """A sink that keeps the journal, and counts how often the recording was ended."""

    def __init__(self):
        self.ended = 0

    def __call__(self, _header, journal):
        self.journal = journal
        return self.end

    def end(self):
        assert isinstance(self.journal.entries[-1].event, End)
        self.ended += 1


def assert_all_is_closed(station: Station):
    assert station.wiring.net(POWER).mv == 0
    assert not station.instruments.supplies["kl30"].is_on()
    assert station.time.loop.is_closed()


def test_a_bench_whose_units_do_not_settle_is_closed(monkeypatch):
    monkeypatch.setattr(starting_state, "check", fail)
    bench, kept = Bench(make_setup(DEFAULT)), Kept()
    with pytest.raises(StationError, match="no room left"):
        bench.open(kept)
    assert_all_is_closed(bench.station)
    assert kept.ended == 1


def test_a_bench_whose_recording_cannot_begin_is_closed():
    bench = Bench(make_setup(DEFAULT))
    with pytest.raises(StationError, match="no room left"):
        bench.open(fail)
    assert_all_is_closed(bench.station)


def test_a_scenario_whose_recording_cannot_begin_closes_its_station(monkeypatch):
    opened, open_station = [], runner.open_station

    async def noting(*arguments):
        opened.append(await open_station(*arguments))
        return opened[-1]

    monkeypatch.setattr(runner, "open_station", noting)
    scenario = Scenario("sound", "phone_and_fob", "peps_fob", "unlock", None, short_timeline(60))
    with pytest.raises(StationError, match="no room left"):
        run_scenario(load_bench(DEFAULT), load_car("sound", Path()), scenario, fail)
    (station,) = opened
    assert_all_is_closed(station)


def test_a_bench_that_was_open_ends_its_recording_once():
    kept = Kept()
    bench = Bench(make_setup(DEFAULT)).open(kept)
    recording = bench.close()
    assert bench.close() is recording
    assert kept.ended == 1
    assert_all_is_closed(bench.station)
