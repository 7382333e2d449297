"""Requirements on the command line: checked before a run, kept with it, in JUnit and the report."""

import json
import xml.etree.ElementTree as ET

import pytest

from bench.cli.main import main
from bench.config.bench_file import DEFAULT
from bench.evidence.stored_run import read_stored_run

SMALL = ["--paths", "ble_key", "--faults", "refuse", "--jobs", "1", "--json"]
LIST = "id,text,covered_by\nACC-17,opens,path=ble_key outage=refuse\nACC-18,is in no test,\n"
OUTAGE = """
title = "a short one"
epoch = 2025-01-01T00:00:00Z
car = "sound"
assumed = ["all of it"]
requirements = ["ACC-18"]
[[phases]]
name = "down"
duration_s = 300
faults = ["refuse"]
basis = "assumed"
[[sources]]
name = "nobody"
where = "nowhere"
says = "nothing"
"""


@pytest.fixture
def station(tmp_path, monkeypatch):
    """A folder with a bench file, a list of requirements and an outage that names one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list.csv").write_text(LIST)
    (tmp_path / "short.toml").write_text(OUTAGE)
    (tmp_path / "bench.toml").write_text(
        DEFAULT.read_text() + '\n[requirements]\nfile = "list.csv"\n'
    )
    return tmp_path


def properties(run) -> dict[str, list[str | None]]:
    """Return per test case of JUnit its requirements."""
    return {
        case.get("name", ""): [
            p.get("value") for p in case.iter("property") if p.get("name") == "requirement"
        ]
        for case in ET.parse(run / "junit.xml").iter("testcase")
    }


def test_a_run_keeps_the_list_and_junit_names_what_each_verdict_covers(station, capsys):
    assert main(["run", *SMALL, "--out", "run"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["verdicts"]
    assert all("requirements" not in verdict for verdict in document["verdicts"])
    kept = json.loads((station / "run" / "requirements.json").read_text())
    assert [each["id"] for each in kept["requirements"]] == ["ACC-17", "ACC-18"]
    told = properties(station / "run")
    assert told["phone_only.ble_key.unlock.refuse"] == ["ACC-17"]
    assert told["phone_only.ble_key.unlock.baseline"] == []
    assert "<strong>No test covers</strong> ACC-18." in (station / "run/report.html").read_text()


def test_verdicts_in_an_outage_name_its_requirements_in_the_recording_too(station, capsys):
    only = ["--paths", "ble_key", "--owners", "phone_only", "--jobs", "1", "--json"]
    assert main(["replay", "short.toml", *only, "--out", "run"]) == 0
    named = {v.scenario: v.requirements for v in read_stored_run(station / "run").verdicts}
    assert named["phone_only.ble_key.unlock.short"] == ("ACC-18",)
    assert named["phone_only.ble_key.unlock.baseline"] == ()
    assert properties(station / "run")["phone_only.ble_key.unlock.short"] == ["ACC-18"]
    (station / "run" / "verdicts.jsonl").write_text("")  # killed before it was written
    assert {v.scenario: v.requirements for v in read_stored_run(station / "run").verdicts} == named
    # against another list, at another time
    (station / "new.csv").write_text("id\nNO-1\nACC-81\n")
    capsys.readouterr()
    assert main(["report", "run", "--requirements", "new.csv"]) == 0
    said = 'no requirement "ACC-18" in new.csv: did you mean "ACC-81"?'
    assert capsys.readouterr().err == f"bench: {said}\n"
    page = (station / "run/report.html").read_text()
    assert "no requirement &#34;ACC-18&#34; in the list: did you mean &#34;ACC-81&#34;?" in page


@pytest.mark.parametrize(
    ("command", "text", "said"),
    [
        (["replay", "short.toml"], LIST.replace("ACC-18", "ACC-81"),
         'short: requirements: no requirement "ACC-18" in list.csv: did you mean "ACC-81"?'),
        (["run"], LIST.replace("ble_key", "ble_kee"),
         'no path "ble_kee": did you mean "ble_key"?'),
        (["run"], LIST.replace("outage=refuse", "outage=shorty"),
         'no outage "shorty": did you mean "short"?'),
        (["run"], LIST.replace("outage=refuse", "outage=refuse@recovry"),
         'covered_by "path=ble_key outage=refuse@recovry": no phase "recovry": did you mean "rec'),
        (["run"], "nr\n1\n", 'no column "id": known: nr'),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_clear_error_before_anything_runs(
    station, capsys, command, text, said
):
    (station / "list.csv").write_text(text)
    assert main([*command, "--out", "run"]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert said in line
    assert not (station / "run").exists()


def test_a_check_reads_the_list_too(station, capsys):
    assert main(["check"]) == 0
    assert "ok  requirements" in capsys.readouterr().out
    (station / "list.csv").unlink()
    assert main(["check"]) == 2
    assert "list.csv: cannot be read" in capsys.readouterr().err


def test_a_list_that_cannot_be_read_is_one_clear_error_of_the_report(station, capsys):
    assert main(["run", *SMALL, "--out", "run"]) == 0
    capsys.readouterr()
    assert main(["report", "run", "--requirements", "none.csv"]) == 2
    assert "none.csv: cannot be read: No such file" in capsys.readouterr().err


def test_a_report_names_what_a_list_asks_for_that_there_is_not(station, capsys):
    only = ["--paths", "ble_key", "--owners", "phone_only", "--jobs", "1", "--json"]
    assert main(["replay", "short.toml", *only, "--out", "run"]) == 0
    capsys.readouterr()
    (station / "short.toml").unlink()  # the run knows it
    (station / "other.csv").write_text(
        "id,covered_by\n"
        "ACC-17,path=ble_kee outage=refuse\n"
        "ACC-18,path=ble_key outage=short; outage=refusse; outage=http_status:statsu=503\n"
        "ACC-19,owner=phone_onyl oracle=evidence scenario=*\n"
    )
    assert main(["report", "run", "--requirements", "other.csv"]) == 0
    said = capsys.readouterr()
    lines = [line.partition("bench: other.csv: ")[2] for line in said.err.splitlines()]
    assert [line.partition(" covered_by")[0] for line in lines] == [
        "ACC-17:", "ACC-18:", "ACC-18:", "ACC-19:",
    ]  # fmt: skip
    assert [line.rpartition('": ')[2] for line in lines] == [
        'did you mean "ble_key"?',
        'did you mean "refuse"?',
        'http_status.statsu: unknown key: did you mean "status"?',
        'did you mean "phone_only"?',
    ]
    assert 'covered_by "path=ble_kee outage=refuse": no path "ble_kee": did you' in lines[0]
    assert said.out == "report: run/report.html\n"


def test_a_report_takes_a_phase_of_a_fault_that_the_run_has_only_down(station, capsys):
    assert main(["run", *SMALL, "--out", "run"]) == 0
    (station / "other.csv").write_text("id,covered_by\nACC-17,outage=refuse@recovery\n")
    capsys.readouterr()
    assert main(["report", "run", "--requirements", "other.csv"]) == 0
    assert not capsys.readouterr().err
