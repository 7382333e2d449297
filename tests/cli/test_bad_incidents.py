"""A bad incident file: one clear error that names file and key, exit 2, no traceback."""

from pathlib import Path

import pytest
from refusals import INCIDENTS, refused

from bench.cli.main import main


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title = 1\n", "epoch: is missing"),
        ("phases", "is not valid TOML"),
    ],
)
def test_a_broken_incident_file(capsys, tmp_path, text, said):
    file = tmp_path / "mine.toml"
    file.write_text(text)
    status = main(["replay", str(file), "--out", str(tmp_path / "run")])
    error = capsys.readouterr().err
    assert status == 2
    assert said in error
    assert all(line.startswith("bench: error: ") for line in error.strip().splitlines())


def test_an_incident_with_an_unknown_fault_is_refused_before_anything_runs(capsys, tmp_path):
    file = tmp_path / "mine.toml"
    source = Path("bench/incidents/byd-2025-01-09.toml")
    text = (Path(__file__).parents[2] / source).read_text()
    file.write_text(text.replace('faults = ["refuse"]', 'faults = ["refuze"]'))
    error = refused(capsys, "replay", str(file), "--out", str(tmp_path / "run"))
    where = "mine.toml: phases.0.faults: "
    assert where + 'no fault named "refuze": did you mean "refuse"?' in error


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("duration_s = 1800", "duration_s = inf", "phases.0.duration_s: inf is not right"),
        ("duration_s = 1800", "duration_s = 1e15", "phases: they last 1e+15 s together, at most"),
        ("duration_s = 1800", "duration_s = 86400\nevery_s = 1", "phases.0.every_s: unknown key"),
        ("every_s = 60", "every_s = 0.001", "every_s: 0.001 is not right"),
        ("duration_s = 1800", "duration_s = 900000", "15000 tries, at most 10000 can be made"),
        ('faults = ["refuse"]', "faults = []", "phases: nothing fails in any of them"),
        ("+08:00", "", "epoch: "),
        ('car = "', 'car = "un', "mine.toml: car: no car named"),
        ('["refuse"]', '["http_status:from_s=2000"]',
         "from_s: it would begin to act after 2000 s, and is in force for 1800 s"),
        ('["refuse"]', '["http_status:must=hello"]', "http_status.must: unknown key"),
        ('["refuse"]', '["refuse:by_name_only=1"]', "refuse.by_name_only: unknown key"),
        ('["refuse"]', '["http_status:party=phoen"]',  "'phoen' is not right: did you mean \"phone\"?"),
        ('["refuse"]', '["http_status:for_s=inf"]', "http_status.for_s: 'inf' is not right"),
        ('["refuse"]', '["http_status:account=ownr"]', 'no account "ownr": did you mean "owner"?'),
        ('["refuse"]', '["delayed:vin=ABC"]', 'delayed.vin: no vehicle "ABC": known: '),
    ],
)  # fmt: skip
def test_what_an_incident_cannot_mean_is_refused_before_it_is_planned(
    capsys, tmp_path, old, new, said
):
    text = (INCIDENTS / "byd-2025-01-09.toml").read_text()
    assert old in text
    file = tmp_path / "mine.toml"
    file.write_text(text.replace(old, new, 1))
    assert said in refused(capsys, "replay", str(file), "--plan")


@pytest.mark.parametrize("command", [["replay", "mine"], ["run", "--incident", "mine"]])
def test_a_file_of_ones_own_that_is_named_without_its_ending_is_meant(
    capsys, tmp_path, monkeypatch, command
):
    (tmp_path / "mine.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    said = refused(capsys, *command)
    assert 'no incident named "mine": did you mean "mine.toml"?' in said
