"""Shortened waits: the same verdicts, sooner; and it is said that they are shortened."""

import itertools
import json
from pathlib import Path

import pytest

from bench.access.choosing.selection import replay
from bench.access.incident import load_incident
from bench.access.pace import Pace, pace_of
from bench.access.path import paths
from bench.access.timeline import least_outage_s, short_timeline
from bench.car.model import load_car
from bench.cli.main import main
from bench.config.bench_file import DEFAULT, load_bench
from bench.evidence.recording_file import read_recording

SHORT = (
    DEFAULT.read_text().replace("[bench]", "[bench]\ncompress = 30")
    + """
[cloud]
command_ttl_s = 10
answer_grace_s = 5
"""
)


@pytest.fixture
def bench_file(tmp_path: Path) -> Path:
    path = tmp_path / "short.toml"
    path.write_text(SHORT)
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    main([*arguments, "--json"])
    return json.loads(capsys.readouterr().out)


def reached(document: dict) -> set[tuple[str, str, str]]:
    return {(v["scenario"], v["verdict"], v["outcome"]) for v in document["verdicts"]}


def test_shortened_waits_change_no_verdict(capsys, bench_file, tmp_path):
    what = ("run", "--car", "cloud_bound_key", "--faults", "http_status", "delayed",
            "planned_maintenance", "--paths", "ble_key", "cloud_app")  # fmt: skip
    short = run(capsys, *what, "--bench", str(bench_file), "--out", str(tmp_path / "short"))
    whole = run(capsys, *what, "--out", str(tmp_path / "whole"))
    assert reached(short) == reached(whole)
    assert {v["verdict"] for v in short["verdicts"]} == {"pass", "fail"}
    assert short["simulated_s"] < whole["simulated_s"] / 3
    assert (short["compress"], whole["compress"]) == (30.0, 1.0)


def test_what_an_outage_leaves_behind_is_met_however_short_it_is(capsys, bench_file, tmp_path):
    """Whoever follows a command while its session is lost logs in again, and asks on."""
    done = run(
        capsys, "run", "--bench", str(bench_file), "--paths", "peps_fob", "--phases", "aftermath",
        "--faults", "slow_close", "stall", "limit_data", "--out", str(tmp_path / "run"),
    )  # fmt: skip
    assert {v["reason"] for v in done["verdicts"] if v["verdict"] != "pass"} == set()


def test_a_witness_in_a_hurry_keeps_no_fault_from_being_met(capsys, bench_file, tmp_path):
    """Of the one no connection may be used for 10 s, the other cuts 5 s after a command."""
    done = run(
        capsys, "run", "--bench", str(bench_file), "--paths", "nfc_card", "--phases", "down",
        "--faults", "nat_rebind", "retained", "--out", str(tmp_path / "run"),
    )  # fmt: skip
    assert {v["reason"] for v in done["verdicts"] if v["verdict"] != "pass"} == set()


def test_a_shortened_hour_strands_its_owner_for_as_long_as_the_whole(capsys, bench_file, tmp_path):
    document = run(
        capsys, "replay", "gwm-2025-03-21", "--paths", "ble_key", "--owners", "phone_only",
        "--bench", str(bench_file), "--out", str(tmp_path / "run"),
    )  # fmt: skip
    assert document["simulated_s"] < 4000
    assert 45 <= document["stranded_minutes"]["phone_only"]["locked_out"] <= 55


def test_a_recording_and_the_last_line_say_that_waits_were_shortened(capsys, bench_file, tmp_path):
    main(["run", "--bench", str(bench_file), "--paths", "nfc_card", "--faults", "refuse",
          "--out", str(tmp_path / "run")])  # fmt: skip
    assert "phases and pauses 30 times shorter" in capsys.readouterr().out
    recordings = list((tmp_path / "run" / "recordings").iterdir())
    assert len(recordings) > 1
    for path in recordings:
        assert read_recording(path)[0].header.scenario["compress"] == 30.0


@pytest.mark.parametrize("compress", [1.0, 3.0, 30.0, 1e6])
@pytest.mark.parametrize("give_up_s", sorted({paths().get(n).give_up_s for n in paths().names()}))
def test_an_act_that_nothing_answers_ends_within_its_outage(compress, give_up_s):
    pace = Pace(compress)
    length_s = pace.shorter(120.0, least_outage_s(pace, give_up_s))
    timeline = short_timeline(length_s, pace, give_up_s)
    over_s = timeline.outage_s + length_s
    assert 0 <= timeline.witness_from_s < timeline.outage_s < timeline.acts_s[0]
    assert timeline.acts_s[0] + give_up_s <= over_s
    assert over_s + pace.command_life_s < timeline.controls_s[0]
    assert timeline.controls_s[0] + give_up_s <= timeline.end_s
    assert timeline.acts_s[0] - timeline.outage_s > timeline.witness_s


@pytest.mark.parametrize("compress", [1.0, 30.0, 1e6])
@pytest.mark.parametrize("path", ["ble_key", "cloud_app", "remote_start"])
def test_two_tries_of_a_replay_never_overlap(compress, path):
    model, incident = load_car("sound", Path()), load_incident("gwm-2025-03-21", Path())
    group = replay(model, incident, seed=1, only_paths=[path], pace=Pace(compress)).groups[0]
    timeline, give_up_s = group.baseline.timeline, paths().get(path).give_up_s
    length_s = group.outages[0].duration_s
    acts = [*timeline.acts_s, *timeline.controls_s]
    assert all(b - a >= give_up_s for a, b in itertools.pairwise(acts))
    assert length_s * group.baseline.compress == pytest.approx(incident.outage.duration_s)
    assert timeline.acts_s[0] + give_up_s < timeline.outage_s + length_s


def test_the_life_of_a_command_is_never_shortened(bench_file):
    assert pace_of(load_bench(bench_file)).command_life_s == 15.0
    assert Pace(compress=1e9).watch_s > Pace().command_life_s


def test_a_bench_cannot_stretch_time(capsys, bench_file):
    bench_file.write_text("[bench]\ncompress = 0.5\n[can.body]\n")
    assert main(["run", "--bench", str(bench_file)]) == 2
    error = capsys.readouterr().err
    assert "short.toml" in error
    assert "compress" in error
