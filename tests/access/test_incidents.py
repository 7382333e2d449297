"""Each incident: what keys that need no cloud give in it, and what a cloud-bound key gives."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.access.choosing.selection import replay
from bench.access.incident import FOLDER, incident_names, load_incident
from bench.access.runner import run_scenario
from bench.car.model import load_car
from bench.config.bench_file import DEFAULT, load_bench
from bench.errors import ConfigError
from bench.events import FaultMet, PhaseBegan
from bench.judge.judge import judge
from bench.judge.kept_working import Kept, kept_working

TRIES = 6  # per incident: what a test can afford of the hours that the file plays
PLAYED_S = 900.0  # of each phase at most


def played(name):
    """Return an incident with long phases cut short, and an owner who tries in each of them."""
    incident = load_incident(name, Path())
    file = incident.file
    phases = [
        phase.model_copy(update={"duration_s": min(phase.duration_s, PLAYED_S)})
        for phase in file.phases
    ]
    every_s = sum(phase.duration_s for phase in phases) / TRIES
    return replace(incident, file=file.model_copy(update={"phases": phases, "every_s": every_s}))


def unmet(recording, incident):
    """Return the phases in which something was wrong and nobody noticed."""
    began = [entry.t_ns for entry, _ in recording.of(PhaseBegan)]
    met = [entry.t_ns for entry, _ in recording.of(FaultMet)]
    spans = zip(incident.file.phases, began[:-1], began[1:], strict=True)
    return [
        f"{phase.name}: {phase.faults}"
        for phase, from_ns, to_ns in spans
        if phase.faults and not any(from_ns <= t <= to_ns for t in met)
    ]


def unlocking(incident, car):
    """Return the recording and the verdict of unlocking by the phone's key, all through it."""
    file, model = load_bench(DEFAULT), load_car(car, Path())
    selection = replay(model, incident, seed=1, only_paths=["ble_key"], only_owners=["phone_only"])
    group = next(g for g in selection.groups if g.baseline.intent == "unlock")
    baseline, outage = (run_scenario(file, model, s) for s in group.scenarios())
    return outage, judge(outage, baseline)


@pytest.mark.parametrize("name", incident_names())
def test_keys_that_need_no_cloud_open_all_through_it(name):
    incident = played(name)
    recording, verdict = unlocking(incident, "independent_keys")
    assert (verdict.verdict, verdict.outcome) == ("pass", "acted"), verdict.reason
    phases = [event.phase for _, event in recording.of(PhaseBegan)]
    assert phases == [*(phase.name for phase in incident.file.phases), "after"]
    assert not unmet(recording, incident)


@pytest.mark.parametrize("name", incident_names())
def test_a_key_that_asks_the_cloud_first_does_not_open_in_it(name):
    _, verdict = unlocking(played(name), "cloud_bound_key")
    assert verdict.verdict == "fail", verdict.reason
    assert verdict.outcome == "no_effect"
    assert "ble_key" in verdict.reason


def kept(name):
    """Return the incident's name with each path that it says went on working."""
    return [(name, path) for path in load_incident(name, Path()).file.kept_working]


@pytest.mark.parametrize(
    ("name", "path"), [pair for name in incident_names() for pair in kept(name)]
)
def test_what_went_on_working_by_the_sources_does_so_here(name, path):
    file, model = load_bench(DEFAULT), load_car("sound", Path())
    selection = replay(model, played(name), seed=1, only_paths=[path])
    group = next(g for g in selection.groups if g.baseline.intent == "unlock")
    baseline, outage = (run_scenario(file, model, s) for s in group.scenarios())
    verdicts = [judge(baseline), judge(outage, baseline)]
    assert kept_working([path], verdicts) == [Kept(path, here=True)]


def test_a_path_that_went_on_working_by_the_sources_and_not_here_is_said_so():
    played_ = played("byd-2025-01-09")
    outage, verdict = unlocking(played_, "cloud_bound_key")
    assert outage.of(FaultMet)
    [ble, card] = kept_working(["ble_key", "nfc_card"], [verdict])
    assert (ble.here, card.here) == (False, None)
    assert str(ble).startswith("ble_key: not here (phone_only, unlock: ")
    assert str(card) == "nfc_card: not known here"


def test_a_path_that_does_not_exist_did_not_go_on_working(tmp_path):
    text = (FOLDER / "byd-2025-01-09.toml").read_text().replace('"nfc_card"', '"nfc_crad"', 1)
    (tmp_path / "mine.toml").write_text(text)
    with pytest.raises(
        ConfigError, match='kept_working: no path named "nfc_crad": did you mean "nfc_card"'
    ):
        load_incident("mine.toml", tmp_path)


def test_there_are_a_dozen_and_each_phase_says_what_it_rests_on():
    assert len(incident_names()) >= 12
    for name in incident_names():
        file = load_incident(name, Path()).file
        assert file.epoch.tzinfo is not None, name
        assert file.assumed, name
        assert all(phase.note for phase in file.phases), name
        assert all(source.says for source in file.sources), name


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ('faults = ["refus"]', "refuse"),
        ('faults = ["stall:rto=2"]', "rto_s"),
        ('faults = ["rate_limited:endpoint=comand"]', "command"),
    ],
)
def test_a_fault_that_does_not_exist_is_one_error_before_anything_runs(tmp_path, wrong, says):
    file = tmp_path / "mine.toml"
    file.write_text(
        'title = "mine"\nepoch = 2025-01-01T00:00:00Z\ncar = "sound"\n'
        f'[[phases]]\nname = "down"\nduration_s = 60\nbasis = "assumed"\n{wrong}\n'
        '[[sources]]\nname = "me"\nwhere = "here"\nsays = "so"\n'
    )
    with pytest.raises(ConfigError, match=says):
        load_incident("mine.toml", tmp_path)
