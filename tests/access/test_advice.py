"""Advice that owners are given: whether it helped, or made things worse."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bench.access.advice import advices, get_advice
from bench.access.advised import advised
from bench.access.choosing.choice import Choice
from bench.access.choosing.selection import campaign
from bench.access.runner import run_scenario
from bench.car.model import load_car
from bench.cli.main import main
from bench.config.bench_file import DEFAULT, load_bench
from bench.errors import UnknownName
from bench.judge.effect import effect_of
from bench.recording import Recording

FILE, SOUND = load_bench(DEFAULT), load_car("sound", Path())
ALL = ("restart_app", "switch_network", "log_out_and_in")


def words(fault: str, path: str = "cloud_app") -> dict[str, str]:
    """Return per piece of advice what it did in an outage."""
    chosen = campaign(SOUND, Choice(paths=[path], faults=[fault], phases=["down"]), seed=1)
    scenario = chosen.groups[0].scenarios()[1]
    effects = advised(FILE, SOUND, scenario, *ALL)
    return {name: effect.word for name, effect in zip(ALL, effects, strict=True)}


@pytest.mark.parametrize("name", advices().names())
def test_all_advice_says_who_gave_it(name):
    assert name in ALL
    assert get_advice(name).given_by


def test_logging_out_loses_the_session_where_logging_in_is_what_fails():
    assert words("partial:service=auth") == {
        "restart_app": "worse",
        "switch_network": "inconclusive",  # nobody asks for a new session then
        "log_out_and_in": "worse",
    }  # fmt: skip


def test_logging_out_and_in_helps_who_has_been_logged_out():
    assert words("sessions_lost") == {
        "restart_app": "no difference", "switch_network": "no difference",
        "log_out_and_in": "helped",
    }  # fmt: skip


def test_new_connections_help_where_the_old_one_is_dead():
    found = words("half_open:side=phone")
    assert found["switch_network"] == found["restart_app"] == "helped"


def test_no_advice_touches_a_local_key():
    assert set(words("http_status", "ble_key").values()) == {"no difference"}


def test_a_run_that_cannot_carry_a_verdict_says_nothing_of_advice():
    chosen = campaign(SOUND, Choice(paths=["cloud_app"], faults=["http_status"]), seed=1)
    scenario = chosen.groups[0].scenarios()[1]
    with_it = run_scenario(FILE, SOUND, replace(scenario, advice="restart_app"))
    cut_off = Recording(with_it.header, with_it.entries[:-1])
    assert effect_of(cut_off, with_it).word == "inconclusive"
    assert effect_of(run_scenario(FILE, SOUND, scenario), with_it).word == "inconclusive"


def test_the_command_line_says_so_and_its_exit_status_is_that_of_verdicts(capsys):
    assert main(["advise", "log_out_and_in", "--faults", "http_status", "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    (effect,) = document["effects"]
    assert effect["word"] == "worse"
    assert "the log-in is lost" in effect["reason"]
    assert main(["advise", "switch_network", "--faults", "http_status"]) == 0
    assert capsys.readouterr().out.startswith("no difference  switch_network")
    assert main(["advise", "switch_network", "--faults", "partial:service=auth"]) == 3
    assert capsys.readouterr().out.startswith("inconclusive   switch_network")


def test_advice_that_does_not_exist_is_said_so(capsys):
    with pytest.raises(UnknownName, match="log_out_and_in"):
        get_advice("log_out_and_inn")
    assert main(["advise", "pray", "--faults", "http_status"]) == 2
    assert 'no advice named "pray"' in capsys.readouterr().err


def test_a_path_that_the_bench_cannot_try_is_refused_with_the_file(tmp_path, capsys):
    file = tmp_path / "few.toml"
    file.write_text('[relays.doors]\nmodel = "simulated"\nchannels = { handle_driver = 1 }\n')
    asked = ["advise", "restart_app", "--bench", str(file), "--faults", "refuse"]
    assert main([*asked, "--paths", "keypad"]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f'bench: error: {file}: relays: no channel does "keypad_7"')


def test_a_bench_in_real_time_is_refused_with_what_to_do(tmp_path, capsys):
    file = tmp_path / "my_bench.toml"
    file.write_text((Path(__file__).parents[1] / "smoke" / "real.toml").read_text())
    asked = ["advise", "log_out_and_in", "--bench", str(file), "--faults", "refuse"]
    assert main(asked) == 2
    said = capsys.readouterr().err
    assert f'{file}: [bench] time = "real": advice is tried on simulated time' in said
    assert "Take a bench file on simulated time" in said
