"""A bench with few contacts does what it can, and says what it cannot, everywhere."""

import json
from pathlib import Path

import pytest

from bench.access.choosing.choice import Choice
from bench.access.choosing.selection import campaign
from bench.access.choosing.within_reach import within_reach
from bench.car.model import load_car
from bench.cli.main import main
from bench.config.bench_file import DEFAULT, load_bench
from bench.evidence.stored_run import read_stored_run
from bench.report.page import make_report

SOUND = load_car("sound", Path())
LEFT_OUT = {
    "ble_key start": "no channel does start_button",
    "uwb_key start": "no channel does start_button",
    "nfc_phone start": "no channel does start_button",
    "nfc_card start": "no channel does start_button",
    "peps_fob start": "no channel does start_button",
    "keypad": "no channel does keypad_1, keypad_3, keypad_5, keypad_9",
    "flat_fob": "no channel does start_button",
    "remote_start": "no channel does start_button",
}
FEW = ["--faults", "http_status", "--owners", "phone_only"]


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """A bench with a contact at the handle and one key of the keypad, and no other."""
    file = tmp_path / "few.toml"
    file.write_text(
        '[relays.doors]\nmodel = "simulated"\nchannels = { handle_driver = 1, keypad_7 = 3 }\n'
    )
    return file


def test_a_bench_with_every_contact_leaves_nothing_out():
    whole = campaign(SOUND, Choice(faults=["refuse"]), seed=1)
    assert within_reach(load_bench(DEFAULT), SOUND, whole) == whole


def test_what_is_left_is_all_that_has_its_contacts(few):
    whole = campaign(SOUND, Choice(faults=["refuse"]), seed=1)
    kept = within_reach(load_bench(few), SOUND, whole)
    left = {f"{g.baseline.path} {g.baseline.intent}" for g in kept.groups}
    every = {f"{g.baseline.path} {g.baseline.intent}" for g in whole.groups}
    named = {way for way in every for name in LEFT_OUT if f"{way} ".startswith(f"{name} ")}
    assert kept.out_of_reach == LEFT_OUT
    assert left == every - named
    assert {"ble_key unlock", "cloud_app unlock", "rke_fob unlock"} <= left


def test_a_plan_names_each_path_that_is_left_out_with_the_missing_contact(few, capsys):
    assert main(["run", "--bench", str(few), "--plan"]) == 0
    said = capsys.readouterr().out
    assert [f"left out: {path}: {why}\n" in said for path, why in LEFT_OUT.items()] == [True] * 8
    assert main(["run", "--bench", str(few), "--plan", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["paths_left_out"] == LEFT_OUT


def test_a_plan_in_which_no_relay_switches_has_no_heading_for_them(few, capsys):
    arguments = ["run", "--bench", str(few), "--faults", "refuse", "--plan"]
    assert main([*arguments, "--paths", "cloud_app"]) == 0
    assert "relay cycles" not in capsys.readouterr().out
    assert main(arguments) == 0
    assert "relay cycles, if every try acts:\n  doors.handle_driver" in capsys.readouterr().out


def test_a_run_names_them_before_it_begins_in_its_folder_and_in_the_report(few, capsys, tmp_path):
    arguments = ["run", "--bench", str(few), *FEW]
    assert main([*arguments, "--out", str(tmp_path / "run")]) == 0
    said = capsys.readouterr().out
    before, _, _ = said.partition("campaign on sound: ")
    mine = {path: why for path, why in LEFT_OUT.items() if "fob" not in path and "card" not in path}
    assert before.splitlines() == [f"left out: {path}: {why}" for path, why in mine.items()]
    stored = read_stored_run(tmp_path / "run")
    assert stored.info["paths_left_out"] == mine
    assert {v.path for v in stored.verdicts}.isdisjoint({"keypad", "remote_start"})
    page = make_report(stored)
    assert "Not asked, for this bench cannot do it: 5 paths" in page
    assert "<strong>ble_key start</strong>: no channel does start_button" in page
    assert main([*arguments, "--json", "--out", str(tmp_path / "again")]) == 0
    assert json.loads(capsys.readouterr().out)["paths_left_out"] == mine


def test_a_replay_that_names_no_paths_leaves_them_out_too(few, capsys):
    arguments = ["replay", "byd-2025-01-09", "--bench", str(few), "--plan", "--json"]
    assert main(arguments) == 0
    told = json.loads(capsys.readouterr().out)["paths_left_out"]
    assert told["ble_key lock"] == "no channel does handle_driver_lock, interior_unlock"
    assert main([*arguments, "--paths", "ble_key"]) == 0
    mine = {way: told[way] for way in ("ble_key lock", "ble_key start")}
    assert json.loads(capsys.readouterr().out)["paths_left_out"] == mine


def test_a_path_by_name_is_asked_for_what_the_bench_can_do_of_it(few, capsys):
    arguments = ["run", "--bench", str(few), "--paths", "peps_fob", "--plan", "--json"]
    assert main(arguments) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["paths_left_out"] == {"peps_fob start": "no channel does start_button"}
    assert told["plan"]["scenarios"] > 0


def test_a_path_by_name_of_which_nothing_can_be_done_stays_an_error(few, capsys):
    assert main(["run", "--bench", str(few), "--paths", "cloud_app", "keypad", "--plan"]) == 2
    assert 'no channel does "keypad_' in capsys.readouterr().err
