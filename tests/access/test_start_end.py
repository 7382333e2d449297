"""Where a start ends: a body controller on a table starts no engine."""

import pytest

from bench.access.handles.bench import Bench, make_setup
from bench.access.runner import run_scenario
from bench.access.scenario import Scenario
from bench.access.timeline import short_timeline
from bench.car.model import load_car
from bench.cli.main import main
from bench.config.bench_file import DEFAULT, load_bench
from bench.errors import ConfigError
from bench.events import RoleChanged
from bench.evidence.recording_file import RecordingWriter, read_recording
from bench.evidence.stored_run import read_stored_run
from bench.judge.judge import judge
from bench.recording import EndPoint
from tests.access.test_actuators import of

LINE = '\n[meters.ignition]\nmodel = "simulated"\nchannels = { terminal_15 = 1 }\n'
BY_ROLE = '\n[car.start]\nrole = "power_mode"\nlabel = "on"\n'
BY_LINE = LINE + '\n[car.start]\nline = "terminal_15"\n'
NO_ENGINE = "\n[units.bcm.power]\nstart_s = 600.0\n"  # nothing answers the starter in time


def files(folder, start="", car=NO_ENGINE):
    """Return a bench file with an end point, and a sound car changed."""
    bench, sound = folder / "bench.toml", folder / "table.toml"
    bench.write_text(DEFAULT.read_text(encoding="utf-8") + start, encoding="utf-8")
    text = (DEFAULT.parent.parent / "cars" / "sound.toml").read_text(encoding="utf-8")
    sound.write_text(text + car, encoding="utf-8")
    return bench, sound


def verdict_on(folder, start="", car=NO_ENGINE):
    """Return the verdict on a start with the card, without any outage, and its recording."""
    bench, sound = files(folder, start, car)
    timeline = short_timeline(60)
    scenario = Scenario("table", "phone_and_card", "nfc_card", "start", None, timeline)
    recording = run_scenario(load_bench(bench), load_car(str(sound), folder), scenario)
    return judge(recording, None), recording


def test_a_car_that_never_becomes_ready_does_not_start_by_default(tmp_path):
    verdict, _ = verdict_on(tmp_path)
    assert (verdict.verdict, verdict.oracle) == ("fail", "opens_in_time")


@pytest.mark.parametrize(
    ("start", "end"),
    [(BY_ROLE, "power_mode = on"), (BY_LINE, "terminal_15 = closed")],
)
def test_a_start_ends_where_the_bench_file_says_and_the_verdict_names_it(tmp_path, start, end):
    verdict, recording = verdict_on(tmp_path, start)
    assert verdict.verdict == "pass", verdict.reason
    (said,) = (j.reason for j in verdict.judgements if j.oracle == "opens_in_time")
    assert f"to {end}, limit" in said
    assert str(recording.header.start_ends) == end


def test_a_start_may_end_with_an_event_that_nobody_reports_before(tmp_path):
    """The immobiliser's word: a bench may have no more than that."""
    end = '\n[car.start]\nrole = "immobiliser_state"\nlabel = "released"\n'
    verdict, _ = verdict_on(tmp_path, end)
    assert verdict.verdict == "pass", verdict.reason
    bench_file, car = files(tmp_path, end)
    with Bench(make_setup(bench_file, car=str(car), owner="phone_and_card", locked=False)) as bench:
        assert bench.owner.start("nfc_card").acted


def test_a_start_that_does_not_get_to_its_end_is_told_with_the_end(tmp_path):
    end = '\n[car.start]\nrole = "power_mode"\nlabel = "accessory"\n'
    verdict, _ = verdict_on(tmp_path, end)
    assert verdict.reason == "nfc_card did not start the car (to power_mode = accessory)"


def test_what_comes_after_the_end_point_is_no_second_start(tmp_path):
    verdict, _ = verdict_on(tmp_path, BY_ROLE, car="")
    assert verdict.verdict == "pass", verdict.reason
    by_name = {j.oracle: j.verdict for j in verdict.judgements}
    assert by_name["one_actuation"] == "pass"


@pytest.mark.parametrize("start", [BY_ROLE, BY_LINE])
def test_a_car_that_stays_on_is_switched_off_between_two_starts(tmp_path, start):
    """As a body controller on a table does, whose engine never comes to life."""
    bench_file, car = files(tmp_path, start)
    run = tmp_path / "run"
    assert main([
        "run", "--bench", str(bench_file), "--car", str(car), "--out", str(run), "--no-report",
        "--paths", "ble_key", "peps_fob", "nfc_card", "flat_fob", "--faults", "http_status",
    ]) == 0  # fmt: skip
    starts = [v for v in read_stored_run(run).verdicts if v.intent == "start"]
    assert {v.outcome for v in starts} == {"acted"}
    assert len(starts) == 8


def test_nobody_knows_whether_failed_is_a_lie_where_a_start_ends_early(tmp_path):
    """The car waits for an engine, its unit for the car, and the app says "failed" meanwhile."""
    waiting = '\n[telematics]\nanswer_timeout_s = 90.0\n[app]\ndoubt = "failed"\n'
    bench_file, car = files(tmp_path, BY_ROLE + waiting)
    scenario = Scenario("far", "phone_only", "remote_start", "start", None, short_timeline(120))
    recording = run_scenario(load_bench(bench_file), load_car(str(car), tmp_path), scenario)
    verdict = judge(recording, None)
    assert (verdict.verdict, verdict.oracle) == ("inconclusive", "honest_claims")
    assert "a start ends at power_mode = on, before that shows" in verdict.reason


def test_a_stored_recording_keeps_its_end_point_and_an_older_one_means_ready(tmp_path):
    _, recording = verdict_on(tmp_path, BY_LINE)
    writer = RecordingWriter(tmp_path, "start")
    done = writer.sink(recording.header, _Written(recording.entries))
    done()
    writer._file.close()
    stored, _ = read_recording(tmp_path / "start.jsonl")
    assert stored.header.start_ends == EndPoint("terminal_15", "closed", by_line=True)
    assert judge(stored, None) == judge(recording, None)
    first, rest = (tmp_path / "start.jsonl").read_text(encoding="utf-8").split("\n", 1)
    older = first.replace(
        ',"start_ends":{"name":"terminal_15","means":"closed","by_line":true,"event":false}', ""
    )
    assert older != first
    (tmp_path / "older.jsonl").write_text(older + "\n" + rest, encoding="utf-8")
    stored, _ = read_recording(tmp_path / "older.jsonl")
    assert str(stored.header.start_ends) == "power_mode = ready"


class _Written:
    """A journal that nothing is added to any more."""

    def __init__(self, entries):
        self.entries = entries

    def watch(self, _watcher):
        return lambda: None


def test_tests_see_a_start_at_the_end_point_too(tmp_path):
    bench_file, car = files(tmp_path, BY_ROLE)
    bench = Bench(make_setup(bench_file, car=str(car), owner="phone_and_card", locked=False)).open()
    try:
        start = bench.owner.start("nfc_card")
        assert start.acted, start.story()
        assert not [e for _, e in of(bench, RoleChanged) if "ready" in e.means]
    finally:
        bench.close()


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ('role = "power_mod"\nlabel = "on"', 'did you mean "power_mode"'),
        ('role = "power_mode"\nlabel = "runing"', 'power_mode has no "runing"'),
        ('role = "power_mode"', 'power_mode has no ""'),
        ('role = "power_mode"\nlabel = "off"', "a car that is off has not started"),
        ('line = "terminal_16"', 'did you mean "terminal_15"'),
        ('line = "terminal_15"\nlevel = "close"', 'did you mean "closed"'),
        ('line = "terminal_15"\nrole = "power_mode"', "name a role and its label, or a line"),
        ("", "name a role and its label, or a line"),
        (
            'line = "terminal_15"\nlabel = "on"',
            'car.start.label: belongs to a role, and line = "terminal_15" says where a start ends',
        ),
        (
            'role = "power_mode"\nlabel = "on"\nlevel = "closed"',
            "car.start.level: belongs to a line",
        ),
    ],
)
def test_an_end_point_that_is_not_there_is_one_clear_error(tmp_path, start, said):
    bench_file, _ = files(tmp_path, f"{LINE}\n[car.start]\n{start}\n")
    with pytest.raises(ConfigError) as error:
        Bench(make_setup(bench_file)).open()
    assert said in str(error.value)
    assert "car.start" in str(error.value)
