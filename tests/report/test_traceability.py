"""Requirement → verdicts → evidence and back, and what changed since the last run, in the page."""

import json

import pytest
from reading import SMUGGLED, Read, pack, unpacked

from bench.cli.main import main
from bench.evidence.since import differences, find_since, since
from bench.evidence.stored_run import read_stored_run
from bench.report.packs import TOGETHER
from bench.report.page import make_report
from bench.requirements.pattern import parse_pattern
from bench.requirements.requirement import Requirement, RequirementList

LISTED = RequirementList("list.csv", "ab" * 32, (
    Requirement("ACC-1", "The phone key needs no cloud.", (parse_pattern("path=ble_key", source=""),)),
    Requirement(SMUGGLED, SMUGGLED, (parse_pattern("path=keypad", source=""),)),
    Requirement("ACC-3", "", (parse_pattern("path=cloud_app outage=nxdomain", source=""),)),
))  # fmt: skip


@pytest.fixture(scope="module")
def page(run) -> str:
    return make_report(read_stored_run(run), LISTED)


def test_each_requirement_leads_to_its_verdicts(page, run):
    read = Read(page)
    assert "1 fail 1 pass 1 no test 3 requirements of list.csv" in read.text
    verdicts = read_stored_run(run).verdicts
    numbers = [n for n, v in enumerate(verdicts, 1) if v.path == "ble_key"]
    assert len(numbers) == 6
    assert all(read.named("a", href=f"#verdict-{n}") for n in numbers)
    assert f"No test covers {' '.join(SMUGGLED.split())}." in read.text
    assert "fits no verdict of this run: path=keypad" in read.text


def test_a_requirement_on_a_fault_says_what_it_leaves_out_in_other_phases(copy):
    lines = (copy / "verdicts.jsonl").read_text()
    (copy / "verdicts.jsonl").write_text(lines.replace('"nxdomain"', '"nxdomain@recovery"'))
    pattern = parse_pattern("path=ble_key outage=nxdomain", source="")
    listed = RequirementList("list.csv", "ab" * 32, (Requirement("ACC-1", "", (pattern,)),))
    count = sum(v.path == "ble_key" and v.outage == "nxdomain@recovery"
                for v in read_stored_run(copy).verdicts)  # fmt: skip
    assert count > 1
    text = Read(make_report(read_stored_run(copy), listed)).text
    assert "fits no verdict of this run: path=ble_key outage=nxdomain" in text
    would = "path=ble_key outage=nxdomain@* would count them"
    assert f"{count} verdicts in other phases not counted: {would}" in text


def test_each_verdict_leads_to_its_requirements(page, run):
    rows = Read(page).named("tr", **{"class": "row"})
    for number, (row, v) in enumerate(zip(rows, read_stored_run(run).verdicts, strict=True), 1):
        expected = {"ble_key": "0"}.get(v.path, "2" if v.outage == "nxdomain" else None)
        assert row.get("data-requirements") == expected
        packed = pack(page, number)["requirements"]
        assert [str(place) for place, _, _ in packed] == ([expected] if expected else [])
    common = unpacked(page, "common")["requirements"]
    assert common["listed"][0] == ["ACC-1", "The phone key needs no cloud."]
    assert common["reasons"] == ["path=ble_key", "path=cloud_app outage=nxdomain"]
    assert "2 verdicts speak for no requirement" in Read(page).text


def test_no_smuggled_requirement_becomes_an_element(page, run):
    assert not Read(page).named("img")
    assert len(Read(page).named("script")) == -(-len(read_stored_run(run).verdicts) // TOGETHER) + 2
    assert SMUGGLED in Read(page).texts["td"]


def test_without_requirements_there_is_no_such_section(run):
    assert not Read(make_report(read_stored_run(run))).named("section", id="requirements")


def test_a_list_that_was_kept_and_is_damaged_is_told(copy):
    (copy / "requirements.json").write_text("{")
    text = Read(make_report(read_stored_run(copy))).text
    assert "the list of requirements: " in text


@pytest.fixture(scope="module")
def later(run, tmp_path_factory):
    """A folder of runs: the run, and after it one in which other verdicts were reached."""
    import shutil

    folder = tmp_path_factory.mktemp("runs")
    shutil.copytree(run, folder / "a")
    shutil.copytree(run, folder / "b")
    told = json.loads((folder / "b" / "run.json").read_text()) | {"began": "2100-01-01T00:00:00"}
    (folder / "b" / "run.json").write_text(json.dumps(told))
    lines = (folder / "b" / "verdicts.jsonl").read_text().splitlines()
    fields = [json.loads(line) for line in lines]
    for each in fields:
        if each["path"] == "cloud_app":
            each |= {"verdict": "fail", "oracle": "honest_claims", "reason": f"lied {SMUGGLED}"}
        if each["scenario"].endswith("ble_key.unlock.nxdomain"):
            each |= {"verdict": "pass"}
    (folder / "b" / "verdicts.jsonl").write_text("\n".join(map(json.dumps, fields)) + "\n")
    return folder


def test_the_summary_says_what_changed_since_the_last_run(later):
    found = find_since(later / "b")
    assert (found.before, found.worse, found.same) == ("a", True, 5)
    read = Read(make_report(read_stored_run(later / "b"), since=found))
    assert "Worse than a, begun " in read.text
    assert "fails now: 3" in read.text
    assert "failed, and passes now: 1" in read.text
    assert f"honest_claims: lied {' '.join(SMUGGLED.split())}" in read.text
    assert not read.named("img")


def test_nothing_that_changed_is_said_too(later, run):
    found = since(later / "a", run)
    assert (found.changed, found.same, found.worse) == ((), 9, False)
    assert "Nothing changed since a, begun" in make_report(read_stored_run(run), since=found)


def test_a_run_that_was_the_first_says_so(run):
    text = Read((run / "report.html").read_text()).text
    assert "There is no earlier run beside this one to compare with." in text


def test_a_run_of_another_configuration_is_not_compared(later, copy):
    info = json.loads((copy / "run.json").read_text())
    info["configuration"]["app"] = {"patience_s": 9}
    info["car"] = "another"
    (copy / "run.json").write_text(json.dumps(info))
    found = since(later / "a", copy)
    assert found.why_not == (
        "the car was cloud_bound_key, and is another", "the configuration differs: app.patience_s",
    )  # fmt: skip
    text = Read(make_report(read_stored_run(copy), since=found)).text
    assert "Not compared with the run before it (a, begun" in text
    assert "the car was cloud_bound_key, and is another" in text


def test_seed_names_and_requirements_do_not_make_runs_incomparable():
    old = {"what": "campaign", "configuration": {"bench": {"seed": 1, "name": "a"}}}
    new = {
        "what": "campaign",
        "configuration": {"bench": {"seed": 2}, "requirements": {"file": "x"}},
    }
    assert differences(old, new) == []


def test_the_last_run_that_can_be_compared_is_taken(later, copy, tmp_path):
    import shutil

    folder = tmp_path / "runs"
    shutil.copytree(later, folder)
    between = folder / "ab"
    shutil.copytree(copy, between)
    info = json.loads((between / "run.json").read_text())
    (between / "run.json").write_text(json.dumps(info | {"car": "x", "began": "2099-01-01"}))
    found = find_since(folder / "b")
    assert found.before == "a"
    assert found.also[0] == "not compared, as other things were run: ab"


def test_what_was_not_reached_is_no_change(later, tmp_path):
    import shutil

    cut = tmp_path / "cut"
    shutil.copytree(later / "a", cut)
    lines = (cut / "verdicts.jsonl").read_text().splitlines(keepends=True)
    (cut / "verdicts.jsonl").write_text("".join(lines[:4]))
    for verdict in read_stored_run(later / "a").verdicts[4:]:
        (cut / verdict.recording).unlink()
    found = since(later / "a", cut)
    assert (found.changed, found.worse, found.same) == ((), False, 4)
    assert any(
        "5 of the earlier run's scenarios were planned and not reached" in s for s in found.also
    )


def test_the_command_compares_with_the_run_that_it_is_told(later, capsys, tmp_path):
    out = tmp_path / "r.html"
    command = ["report", str(later / "b"), "--since", str(later / "a"), "--out", str(out)]
    assert main(command) == 0
    assert "Worse than a, begun " in out.read_text()
    command[3] = str(tmp_path)
    assert main(command) == 2
    assert f"{tmp_path}: holds no run" in capsys.readouterr().err
