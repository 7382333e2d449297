"""`bench replay RUN/SCENARIO`: the same scenario again, and whether the same comes of it."""

import gzip
import json
import shutil
import time

import pytest

from bench.cli.main import main
from bench.config.bench_file import DEFAULT
from bench.registry import ROOT

SCENARIO = "phone_and_blade.mechanical_key.unlock.refuse"
CHOSEN = ["--paths", "mechanical_key", "--owners", "phone_and_blade", "--faults", "refuse"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run of a car file of the user's, with a seed of its own, each scenario twice."""
    folder = tmp_path_factory.mktemp("runs")
    shutil.copy(ROOT / "cars" / "sound.toml", folder / "mine.toml")
    car = ["--car", str(folder / "mine.toml"), "--seed", "7", "--repeat", "2"]
    assert main(["run", *CHOSEN, *car, "--jobs", "1", "--no-report",
                 "--out", str(folder / "run")]) == 0  # fmt: skip
    return folder


@pytest.fixture
def run(whole, tmp_path):
    """The run's folder, to be changed."""
    shutil.copytree(whole, tmp_path / "runs")
    info = json.loads((tmp_path / "runs" / "run" / "run.json").read_text())
    info["car_file"] = str(tmp_path / "runs" / "mine.toml")
    (tmp_path / "runs" / "run" / "run.json").write_text(json.dumps(info))
    return tmp_path / "runs" / "run"


def again(capsys, run, scenario=SCENARIO, *options):
    """Run a scenario again; return exit status and what was printed."""
    out = run.parent / "again"
    capsys.readouterr()
    status = main(["replay", f"{run}/{scenario}", *options, "--no-report", "--out", str(out)])
    return status, capsys.readouterr()


def recording(run, scenario=SCENARIO):
    return run / "recordings" / f"{scenario}.jsonl.gz"


def rewritten(file, change):
    """Change a recording's lines."""
    lines = gzip.decompress(file.read_bytes()).decode().splitlines()
    file.write_bytes(gzip.compress("".join(f"{x}\n" for x in change(lines)).encode(), mtime=0))


def now_defective(car):
    """Give a car file a defect that it had not when the run was recorded."""
    car.write_text('defects = ["tight_reconnect_loop"]\n' + car.read_text())


@pytest.mark.parametrize("scenario", [SCENARIO, f"{SCENARIO}.r2"])
def test_the_same_bytes_come_out_also_of_a_repetition(run, capsys, scenario):
    status, said = again(capsys, run, scenario)
    assert status == 0
    assert "the recording is byte for byte the same\n" in said.out
    assert recording(run.parent / "again", scenario).read_bytes() == (
        recording(run, scenario).read_bytes()
    )
    info = json.loads((run.parent / "again" / "run.json").read_text())
    assert info["seed"] == (7 if scenario == SCENARIO else info["seed"])


def test_a_recordings_file_names_it_too_and_json_says_all_of_it(run, capsys):
    capsys.readouterr()
    file = recording(run, f"{SCENARIO.rpartition('.')[0]}.baseline")
    assert main(["replay", str(file), "--json", "--no-report", "--out", f"{run}/../again"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["same"], document["compared"]) == (True, "bytes")
    assert document["first_difference"] is None
    assert document["verdict"]["verdict"] == document["verdict_recorded"]["verdict"] == "pass"


def test_what_differs_first_is_named_with_its_time_and_its_field(run, capsys):
    place = []

    def change(lines):
        number = next(n for n, x in enumerate(lines) if '"kind":"act_sensed"' in x)
        place.append((number + 1, json.loads(lines[number])))
        lines[number] = lines[number].replace('"act":"', '"act":"another ')
        lines[number + 5] = lines[number + 5].replace('"seq"', '"seq_"')
        return lines

    rewritten(recording(run), change)
    status, said = again(capsys, run)
    assert status == 1
    [(number, entry)] = place
    assert (
        f"the recording differs, first at {entry['t_ns'] / 1e9:.9f} s, line {number}: act_sensed: "
        f'act was "another {entry["act"]}", is "{entry["act"]}"' in said.out
    )
    assert "the same verdict" in said.out


def test_a_limit_that_has_changed_since_is_found_in_the_header(run, capsys):
    car = run.parent / "mine.toml"
    car.write_text(car.read_text() + '\n[limits.mechanical_key]\nunlock_s = 9.5\nsource = "me"\n')
    status, said = again(capsys, run)
    assert status == 1
    assert "first line 1: header: header.limits.opens.value was " in said.out
    assert ", is 9.5" in said.out


def test_an_entry_that_only_one_of_them_has_is_shown(run, capsys):
    rewritten(recording(run), lambda lines: lines[:-3])
    status, said = again(capsys, run, SCENARIO, "--json")
    first = json.loads(said.out)["first_difference"]
    assert status == 1
    assert first["what"].startswith("only now: ")
    rewritten(recording(run), lambda lines: [*lines, '{"t_ns":1,"kind":"extra","x":2}'])
    shutil.rmtree(run.parent / "again")
    assert again(capsys, run)[0] == 1


def test_a_recording_that_was_cut_off_is_the_same_as_far_as_it_goes(run, capsys):
    raw = gzip.decompress(recording(run).read_bytes())
    recording(run).unlink()
    open_file = run / "recordings" / f"{SCENARIO}.jsonl"
    open_file.write_bytes(raw[: len(raw) // 2])
    status, said = again(capsys, run)
    assert status == 0
    assert "byte for byte the same as far as it goes: it was cut off" in said.out
    open_file.write_bytes(raw[: len(raw) // 2].replace(b"act_sensed", b"act_sensor"))
    shutil.rmtree(run.parent / "again")
    assert again(capsys, run)[0] == 1


def test_on_another_bench_verdicts_are_compared(run, capsys):
    status, said = again(capsys, run, SCENARIO, "--bench", str(DEFAULT))
    assert status == 0
    assert f"compared by verdict, on the bench of {DEFAULT}" in said.out
    assert "the same verdict" in said.out
    rewritten(
        recording(run), lambda x: [*x[:-1], x[-1].replace('"verdict":"pass"', '"verdict":"fail"')]
    )
    shutil.rmtree(run.parent / "again")
    status, said = again(capsys, run, SCENARIO, "--bench", str(DEFAULT))
    assert status == 1
    assert said.out.count("recorded: fail (") == 1
    assert "differs\n" in said.out


def test_other_versions_are_refused_unless_they_are_meant(run, capsys):
    info = json.loads((run / "run.json").read_text())
    info["versions"]["access-bench"] = "0.0.9"
    info["versions"]["cantools"] = "1.2"
    (run / "run.json").write_text(json.dumps(info))
    status, said = again(capsys, run)
    assert status == 2
    assert "recorded with other versions: access-bench 0.0.9, here " in said.err
    assert "cantools 1.2, here " in said.err
    assert "compare verdicts with --any-version" in said.err
    assert said.err.count("\n") == 1
    status, said = again(capsys, run, SCENARIO, "--any-version")
    assert status == 0
    assert "compared by verdict, with other versions (access-bench 0.0.9" in said.out


@pytest.mark.parametrize(
    ("scenario", "spoil", "said"),
    [
        (SCENARIO, lambda run: (run.parent / "mine.toml").unlink(), "mine.toml: no such file"),
        (SCENARIO, lambda run: (run / "run.json").unlink(), "run.json: does not say with which"),
        (
            SCENARIO,
            lambda run: (run / "run.json").write_text(
                '{"configuration": {"bnch": {}}, "car": "x"}'
            ),
            'run.json: configuration.bnch: unknown key: did you mean "bench"?',
        ),
        (
            SCENARIO,
            lambda run: rewritten(recording(run), lambda x: [x[0].replace('"epoch"', '"e"')]),
            "its header does not say what it takes to run it again ('epoch')",
        ),
        (
            SCENARIO,
            lambda run: rewritten(
                recording(run), lambda x: [x[0].replace('["refuse"]', '["refus"]')]
            ),
            'no fault named "refus": did you mean "refuse"?',
        ),
        (
            SCENARIO,
            lambda run: rewritten(
                recording(run), lambda x: [x[0].replace('"path":"mechanical_key"', '"path":"test"')]
            ),
            "is of a pytest test, which only pytest can run again",
        ),
        (
            SCENARIO,
            lambda run: rewritten(
                recording(run), lambda x: [x[0].replace('"defects":[]', '"defects":["a"]')]
            ),
            'no defect named "a"',
        ),
        (
            SCENARIO,
            lambda run: now_defective(run.parent / "mine.toml"),
            "mine.toml has ['tight_reconnect_loop'] now",
        ),
        (SCENARIO.replace("refuse", "refuze"), None, f'did you mean "{SCENARIO}"?'),
    ],
)
def test_what_is_gone_or_wrong_is_one_clear_error(run, capsys, scenario, spoil, said):
    if spoil is not None:
        spoil(run)
    status, printed = again(capsys, run, scenario)
    assert status == 2
    assert said in printed.err
    assert all(x.startswith("bench: error: ") for x in printed.err.splitlines())


def test_names_that_nothing_has_are_answered_with_the_nearest_of_either_kind(
    run, capsys, monkeypatch
):
    monkeypatch.chdir(run.parent)
    run.rename(run.parent / "runs")
    (run.parent / "runs" / "2025-06-01").mkdir()
    (run.parent / "runs" / "recordings").rename(run.parent / "runs" / "2025-06-01" / "recordings")
    for name, said in (
        ("gwm-2025-03-12", 'no incident named "gwm-2025-03-12": did you mean "gwm-2025-03-21"?'),
        ("2025-06-01", 'did you mean "runs/2025-06-01"?'),
        ("runs/2025-06-02/x", 'no run at "runs/2025-06-02" for its scenario "x": did you mean "runs/2025-06-01"'),
        ("runs/2025-06-01", "is a whole run: name one of its scenarios"),
    ):  # fmt: skip
        assert main(["replay", name]) == 2
        assert said in capsys.readouterr().err


def test_what_the_recording_brings_cannot_be_given_too(run, capsys):
    for option, value in (("seed", "3"), ("car", "sound"), ("paths", "keypad"), ("repeat", "2")):
        status, said = again(capsys, run, SCENARIO, f"--{option}", value)
        assert status == 2
        assert f"--{option}: a recorded scenario brings its own" in said.err


def test_a_phase_of_an_outage_that_cuts_a_command_comes_again_to_the_byte(tmp_path, capsys):
    run = tmp_path / "run"
    main(["run", "--paths", "cloud_app", "--faults", "http_status", "--phases", "onset_accepted",
          "--jobs", "1", "--no-report", "--out", str(run)])  # fmt: skip
    [name] = [n for n in json.loads((run / "run.json").read_text())["planned"] if "onset" in n]
    status, said = again(capsys, run, name)
    assert status == 0
    assert "the recording is byte for byte the same\n" in said.out


SHORT = {"outage_s": 1.0, "acts_s": [3.0], "controls_s": [7.0], "end_s": 10.0,
         "witness_from_s": 1.0, "witness_until_s": 1.0, "witness_s": 2.0}  # fmt: skip


def test_in_real_time_it_takes_as_long_as_it_took_and_verdicts_are_compared(run, capsys):
    """A baseline, cut down to ten seconds: this is all of a real-time replay that takes long."""
    baseline = SCENARIO.replace("refuse", "baseline")

    def shortened(lines):
        header = json.loads(lines[0])
        header["header"]["scenario"]["timeline"] = SHORT
        return [json.dumps(header), *lines[1:]]

    rewritten(recording(run, baseline), shortened)
    info = json.loads((run / "run.json").read_text())
    info["configuration"]["bench"]["time"] = "real"
    (run / "run.json").write_text(json.dumps(info))
    began_s = time.monotonic()
    status, said = again(capsys, run, baseline)
    assert time.monotonic() - began_s >= SHORT["end_s"]
    assert "compared by verdict, in real time\n" in said.out
    assert "the same verdict\n" in said.out
    assert status == 0
    assert json.loads((run.parent / "again" / "run.json").read_text())["stamp"] == "virtual"
