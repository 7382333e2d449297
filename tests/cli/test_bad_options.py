"""Bad options: one clear error that names the nearest right one, exit 2, no traceback."""

import re

import pytest
from refusals import QUICK, refused

from bench.cli.main import main


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "--car", "soundd"], 'no car named "soundd": did you mean "sound"?'),
        (["run", "--car", "no_such.toml"], "no_such.toml: no such file"),
        (["run", "--paths", "ble_kee"], 'no path named "ble_kee": did you mean "ble_key"?'),
        (
            ["run", "--owners", "phone_onely"],
            'no owner named "phone_onely": did you mean "phone_only"',
        ),
        (
            ["run", "--faults", "http_statos"],
            'no fault named "http_statos": did you mean "http_status"?',
        ),
        (["run", "--faults", "http_status:status=999"], "http_status.status: '999' is not right"),
        (["run", "--faults", "http_status:state=503"], 'unknown key: did you mean "status"?'),
        (["run", "--faults", "latency:4"], '"4" is not key=value'),
        (["run", "--faults", "latency:delay_s=-1"], "latency.delay_s"),
        (["run", "--incident", "gwm-2025-03-22"], 'did you mean "gwm-2025-03-21"?'),
        (["run", "--incident", "byd-2025-01-09", "--faults", "refuse"], "brings its own faults"),
        (["replay", "byd"], 'no incident named "byd": did you mean "byd-2025-01-09"?'),
        (["run", "--paths", "BLE_KEY"], 'no path named "BLE_KEY": did you mean "ble_key"?'),
        (["run", "--faults", "http_status:"], '"http_status:": nothing follows the colon'),
        (
            [
                "run",
                "--paths",
                "voice",
                "--owners",
                "flat_phone_only",
                "--phases",
                "onset_accepted",
            ],
            "nothing to run: in these phases these owners are asked about none of these paths",
        ),
    ],
)
def test_a_wrong_option_is_named_with_the_nearest_right_one(capsys, tmp_path, arguments, said):
    out = [] if arguments[0] == "check" else ["--out", str(tmp_path / "run")]
    assert said in refused(capsys, *arguments, *out)
    assert not (tmp_path / "run").exists(), "nothing may be written before all is checked"


@pytest.mark.parametrize("command", [["run"], ["replay", "gwm-2025-03-21"]])
def test_an_owner_who_can_walk_none_of_the_paths_is_refused_with_what_is_not_carried(
    capsys, command
):
    owners, paths = ["phone_only", "flat_phone_only"], ["ble_key", "flat_fob"]
    said = refused(capsys, *command, "--owners", *owners, "--paths", *paths)
    assert said.endswith(
        "--owners: flat_phone_only (a flat phone, nothing else) can walk none of these paths: "
        "ble_key needs phone; flat_fob needs transponder"
    )


@pytest.mark.parametrize(
    "arguments",
    [["run", "--jobs", "0"], ["run", "--seed", "x"], ["run", "--seed", "-1"], ["rnu"], []],
)
def test_wrong_usage_ends_with_status_2(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["runn"], 'there is no "runn": did you mean "run"?'),
        (["list", "path"], 'there is no "path": did you mean "paths"?'),
        (["run", "--out", ""], "--out: names no folder"),
        (["discipline", "--out", " "], "--out: names no folder"),
        (["run", "--seed", "-1"], "--seed: -1 is below 0"),
    ],
)
def test_wrong_usage_is_told_with_the_nearest_right_word(capsys, arguments, said):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_an_error_does_not_list_every_fault_that_there_is(capsys):
    error = refused(capsys, "run", "--faults", ":")
    assert re.search(r"known: .*, and \d+ more$", error)
    assert len(error) < 600


def test_a_window_that_opens_after_the_outage_is_refused(capsys):
    error = refused(capsys, "run", "--faults", "http_status:from_s=100000", "--plan")
    assert "--faults: http_status:from_s=100000: from_s: it would begin to act after" in error


def test_a_folder_that_already_holds_a_run(capsys, tmp_path):
    out = ["--out", str(tmp_path / "run")]
    assert main([*QUICK, *out]) == 0
    capsys.readouterr()
    before = (tmp_path / "run" / "verdicts.jsonl").read_bytes()
    assert "already holds a run" in refused(capsys, *QUICK, *out)
    assert (tmp_path / "run" / "verdicts.jsonl").read_bytes() == before


def test_a_folder_that_cannot_be_written(capsys, tmp_path):
    (tmp_path / "file").write_text("in the way")
    error = refused(capsys, *QUICK, "--out", str(tmp_path / "file" / "run"))
    assert "cannot be written" in error


def test_without_a_command_it_is_said_where_they_are(capsys):
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 2
    assert "bench: error: no command is given: bench --help lists them" in capsys.readouterr().err
