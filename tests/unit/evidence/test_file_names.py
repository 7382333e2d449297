"""Whoever uses the library names a file as text or as a path, and means the same."""

import shutil
from pathlib import Path

import pytest

from bench.access.handles.bench import make_setup, open_bench
from bench.access.incident import FOLDER as INCIDENTS
from bench.access.incident import load_incident
from bench.access.outage import single
from bench.access.runner import run_scenario
from bench.access.scenario import Scenario
from bench.access.timeline import short_timeline
from bench.can.databases import find
from bench.car.model import load_car
from bench.config.bench_file import DEFAULT, load_bench
from bench.errors import ConfigError
from bench.evidence.difference import first_difference
from bench.evidence.junit import write_junit
from bench.evidence.origin import origin_of
from bench.evidence.recording_file import read_ends, read_recording
from bench.evidence.run_facts import RunFacts
from bench.evidence.run_folder import RunFolder
from bench.evidence.runs_folder import read_runs
from bench.evidence.since import find_since, keep_since, read_since, since
from bench.evidence.stored_recordings import recordings, unfinished
from bench.evidence.stored_run import is_run, read_run, read_stored_run
from bench.guardian.outcome import outcome_of_run
from bench.judge.judge import judge
from bench.network.authority import StoredAuthority
from bench.report.page import write_report
from bench.report.trend_page import write_trend
from bench.requirements.snapshot import read_snapshot
from bench.station.hold import holding
from bench.station.provisioning import provision
from bench.trace.format import formats, get_format
from bench_fixtures.campaign import cells


class Named:
    """A path of somebody else's making."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __fspath__(self) -> str:
        return str(self._path)


@pytest.fixture(params=[str, Named], ids=["text", "os.PathLike"])
def named(request):
    """Return how a caller names a path."""
    return request.param


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The folder of a run of one scenario, made by a script that names it as text."""
    path = tmp_path_factory.mktemp("runs") / "one"
    folder = RunFolder(str(path))
    file, car = load_bench(str(DEFAULT)), load_car("sound", str(path))
    scenario = Scenario(
        "sound", "phone_only", "ble_key", "unlock", single("http_status", 60), short_timeline(60)
    )
    folder.write_run(file, RunFacts(what="one", car=car.name, seed=1, stamp="simulated"))
    writer = folder.writer(scenario.id)
    verdict = judge(run_scenario(file, car, scenario, writer.sink))
    writer.finish(verdict)
    folder.add(verdict)
    folder.close()
    return path


def test_a_script_opens_a_bench_by_its_files_name(tmp_path, named):
    file = tmp_path / "mine.toml"
    shutil.copy(DEFAULT, file)
    with open_bench(named(file)) as bench:
        assert bench.setup.file.path == file
        assert bench.owner.unlock("ble_key").opened_within(1.5)


def test_a_bench_file_that_is_not_there_is_one_error(named):
    with pytest.raises(ConfigError, match=r"no_such\.toml: no such file"):
        open_bench(named("no_such.toml"))


def test_what_a_campaign_is_made_of_is_found_by_name(tmp_path, named):
    car = tmp_path / "mine.toml"
    shutil.copy(load_car("sound", tmp_path).path, car)
    assert make_setup(car=named(car)).model.path == car
    assert load_car(named("mine.toml"), named(tmp_path)).path == car
    shutil.copy(INCIDENTS / "gwm-2025-03-21.toml", tmp_path / "hour.toml")
    assert load_incident(named("hour.toml"), named(tmp_path)).path == tmp_path / "hour.toml"
    assert find("mine.toml", named(tmp_path)) == car
    assert cells(bench=named(DEFAULT), car=named(car), paths=["keypad"], faults=["refuse"])
    with holding(load_bench(named(DEFAULT)), named(tmp_path)) as hold:
        assert hold is None, "nothing real is there to be held"


def test_a_stored_run_is_read_by_name(run, named):
    assert read_stored_run(named(run)) == read_stored_run(run)
    assert is_run(named(run))
    assert read_run(named(run))["car"] == "sound"
    assert origin_of(named(run)) == origin_of(run)
    assert recordings(named(run)) == recordings(run)
    assert unfinished(named(run)) == []
    assert read_runs(named(run.parent), last=1).runs == read_runs(run.parent, last=1).runs
    assert find_since(named(run)) == find_since(run)
    assert since(named(run), named(run)).same == 1
    assert read_snapshot(named(run)) is None
    assert outcome_of_run(named(run)) is None


def test_a_recording_is_read_by_name(run, named):
    (file,) = recordings(run).values()
    assert read_recording(named(file)) == read_recording(file)
    assert read_ends(named(file)) == read_ends(file)
    assert first_difference(named(file), named(file)) is None


def test_what_is_written_goes_where_a_name_says(run, tmp_path, named):
    assert write_report(named(run), named(tmp_path / "report.html")).is_file()
    assert write_trend(named(run.parent), named(tmp_path / "trend.html")).is_file()
    write_junit(named(tmp_path / "junit.xml"), "one", read_stored_run(run).verdicts)
    assert (tmp_path / "junit.xml").is_file()
    copy = shutil.copytree(run, tmp_path / "copy")
    keep_since(named(copy))
    assert read_since(named(copy)) is not None


@pytest.mark.parametrize("name", [name for name in formats().names() if name != "mf4"])
def test_a_trace_goes_where_a_name_says(run, tmp_path, named, name):
    (file,) = recordings(run).values()
    written = tmp_path / f"trace{get_format(name).suffix}"
    assert get_format(name).write(read_recording(file)[0], named(written)) > 0
    assert written.stat().st_size > 0


def test_an_authority_is_kept_where_a_name_says(tmp_path, named):
    provision(named(tmp_path / "pki"), {"tcu": "VIN1"}, days=1)
    assert StoredAuthority.load(named(tmp_path / "pki")).root_pem
