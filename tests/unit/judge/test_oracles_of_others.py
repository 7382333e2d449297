"""Oracles that another distribution adds are asked as the bench's own are."""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from distribution import lay_out
from recordings_by_hand import Hand, in_outage, opened_after

from bench.cli.main import main
from bench.evidence.stored_run import read_stored_run
from bench.judge.asking import ORDER, is_sighting, oracles
from bench.judge.judge import judge
from bench.registry import ROOT, registry

MODULE = '''
"""What our plant asks of a car."""

from typing import ClassVar

from bench.events import IntentBegan
from bench.judge.oracle import Oracle
from bench.judge.verdict import Case, Judgement


class FewTries(Oracle):
    """Nobody has to try more often than once."""

    def judge(self, case: Case) -> Judgement:
        tries = sum(1 for _ in case.recording.of(IntentBegan))
        word = "pass" if tries < 2 else "fail"
        return Judgement("any name", word, f"{tries} tries")


class NobodyTries(Oracle):
    """A car that is never touched."""

    sighting: ClassVar[bool] = True

    def judge(self, case: Case) -> Judgement:
        seen = any(case.recording.of(IntentBegan))
        return Judgement("", "fail" if seen else "pass", "somebody was here")


class GoesWrong(Oracle):
    """It has a mistake of its own."""

    def judge(self, case: Case) -> Judgement:
        raise KeyError("no such\\nthing")


class SaysYes(Oracle):
    """It says a word that no verdict has."""

    def judge(self, case: Case) -> Judgement:
        return Judgement("says_yes", "yes", "")


class SaysNothing(Oracle):
    """It forgets to return."""

    def judge(self, case: Case) -> Judgement:
        pass


class OnItsOwn:
    """It has no base."""

    def judge(self, case: Case) -> Judgement:
        return Judgement("on_its_own", "pass", "")


class Half(Oracle):
    """It does not judge."""
'''


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """Return what puts a distribution with some of these oracles on the path."""
    listed = lay_out(tmp_path, "my_plant", MODULE, "")
    monkeypatch.syspath_prepend(tmp_path)

    def add(**oracles: str) -> None:
        points = "".join(f"{name} = my_plant:{made}\n" for name, made in oracles.items())
        listed.write_text(f"[access_bench.oracle]\n{points}")
        importlib.invalidate_caches()
        registry.cache_clear()

    yield SimpleNamespace(add=add, folder=tmp_path)
    registry.cache_clear()
    sys.modules.pop("my_plant", None)


def cell():
    """Return the verdict on an outage in which all is well."""
    return judge(in_outage(Hand().checked()).end(), opened_after(0.2))


def said(verdict, name):
    (judgement,) = [each for each in verdict.judgements if each.oracle == name]
    return judgement.verdict


def test_every_oracle_of_the_bench_has_its_weight():
    own = {file.stem for file in ROOT.glob("judge/oracles/*.py")} - {"__init__"}
    assert set(ORDER) == own
    evidence = ORDER.index("evidence")
    assert [is_sighting(name) for name in ORDER] == [at < evidence for at in range(len(ORDER))]
    assert not is_sighting("of_a_run_that_was_judged_elsewhere")


def test_it_is_asked_under_the_name_of_its_entry_point_and_can_fail_a_scenario(install):
    assert cell().verdict == "pass"
    install.add(few_tries_please="FewTries")
    assert "few_tries_please" in oracles().names()
    verdict = cell()
    assert said(verdict, "few_tries_please") == "pass"
    assert (verdict.verdict, verdict.oracle) == ("pass", "opens_in_time")
    install.add(leave_it="NobodyTries")
    verdict = cell()
    assert (verdict.verdict, verdict.oracle) == ("fail", "leave_it")
    assert verdict.reason == "somebody was here"


def test_what_it_has_seen_outweighs_a_recording_with_gaps(install):
    gaps = in_outage(Hand()).end()  # its starting state was never checked
    assert judge(gaps, opened_after(0.2)).oracle == "evidence"
    install.add(leave_it="NobodyTries")
    assert judge(gaps, opened_after(0.2)).oracle == "leave_it"


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ("GoesWrong", "the oracle went wrong: KeyError: "),
        ("SaysYes", "the oracle said no judgement: Judgement(oracle='says_yes', verdict='yes'"),
        ("SaysNothing", "the oracle said no judgement: None"),
    ],
)
def test_one_that_goes_wrong_has_judged_nothing(install, made, reason):
    install.add(mistaken=made)
    verdict = cell()
    assert (verdict.verdict, verdict.oracle) == ("inconclusive", "mistaken")
    assert verdict.reason.startswith(reason)


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ("OnItsOwn", "its base is not bench.judge.oracle.Oracle"),
        ("Half", "lacks judge; see Oracle"),
        ("Nobody", "my_plant has no Nobody"),
    ],
)
def test_one_that_cannot_be_asked_is_an_error_before_anything_runs(install, capsys, made, told):
    install.add(broken=made)
    kept = ["--out", str(install.folder / "run")]
    assert main(["run", "--paths", "ble_key", "--faults", "refuse", *kept]) == 2
    error = capsys.readouterr().err
    assert 'oracle "broken"' in error
    assert told in error
    assert error.count("\n") == 1
    assert not (install.folder / "run").exists()


def test_a_campaign_asks_it_and_a_requirement_may_name_it(install, capsys):
    run = install.folder / "run"
    chosen = ["--paths", "ble_key", "--faults", "refuse", "--phases", "down"]
    assert main(["run", *chosen, "--out", str(run), "--no-report", "--json"]) == 0
    capsys.readouterr()
    install.add(leave_it="NobodyTries")
    assert main(["judge", str(run), "--json"]) == 1  # a stored run, by today's oracles
    document = json.loads(capsys.readouterr().out)
    assert document["counts"] == {"fail": len(read_stored_run(run).verdicts)}
    listed = install.folder / "list.csv"
    listed.write_text("id,text,covered_by\nACC-1,leave it,oracle=leave_it path=ble_key\n")
    again = install.folder / "again"
    status = main(["run", *chosen, "--out", str(again), "--json"])
    assert status == 1
    assert main(["report", str(again), "--requirements", str(listed)]) == 0
    assert "ACC-1" in (again / "report.html").read_text(encoding="utf-8")


TESTS = """
def test_tries(owner):
    assert owner.unlock("ble_key").acted


def test_does_not_try(bench):
    bench.wait(1)
"""


def in_pytest(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the tests above in a pytest of their own."""
    (folder / "test_own.py").write_text(TESTS)
    path = os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip


def test_pytest_refuses_one_that_cannot_be_asked_before_any_test(install):
    install.add(broken="Half")
    done = in_pytest(install.folder)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR, done.stdout
    assert 'oracle "broken" of my-plant (my_plant:Half): lacks judge' in done.stderr


def test_a_sighting_is_looked_for_in_tests_of_somebody_s_own(install):
    install.add(leave_it="NobodyTries", few_tries_please="FewTries")
    run = install.folder / "kept"
    done = in_pytest(install.folder, f"--bench-out={run}")
    assert done.returncode == 1, done.stdout
    assert "leave_it: somebody was here" in done.stdout
    verdicts = {each.scenario: each for each in read_stored_run(run).verdicts}
    assert [each.verdict for each in verdicts.values()] == ["fail", "pass"]
    asked = {each.oracle for v in verdicts.values() for each in v.judgements}
    assert "leave_it" in asked
    assert "few_tries_please" not in asked
