"""The run folder that a session leaves: verdicts, recordings, report, captures, requirements."""

import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

import pytest
from project_outside import OPENS, Session, captured, refused, run

from bench.cli.main import main
from bench.config.bench_file import DEFAULT
from bench.evidence.since import Since, read_since
from bench.evidence.stored_run import read_stored_run
from bench.judge.oracles import one_actuation
from bench.judge.verdict import Judgement


def test_requirement_ids_become_junit_properties(pytester):
    result = run(
        pytester,
        """
        import pytest

        @pytest.mark.requirement("ACC-17", "ACC-18")
        def test_required(owner):
            assert owner.unlock("ble_key").acted
        """,
        "--junitxml=out.xml", "--bench-out=run",
    )  # fmt: skip
    assert [v.requirements for v in read_stored_run(pytester.path / "run").verdicts] == [
        ("ACC-17", "ACC-18")
    ]
    result.assert_outcomes(passed=1)
    tree = ET.parse(pytester.path / "out.xml")
    found = [p.get("value") for p in tree.iter("property") if p.get("name") == "requirement"]
    assert found == ["ACC-17", "ACC-18"]


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Path:
    """The run folder of one test that passes."""
    session = Session(tmp_path_factory.mktemp("kept"), OPENS, "--bench-out=run")
    assert session.outcomes == {"test_key_opens": "PASSED"}, session.said
    return session.folder / "run"


def test_recordings_are_kept_where_asked_for(kept):
    verdicts = list(read_stored_run(kept).verdicts)
    assert [v.verdict for v in verdicts] == ["pass"]
    assert (kept / verdicts[0].recording).is_file()
    assert read_since(kept) == Since()  # there was no run before it


MIXED = (
    OPENS
    + """
    def test_asserts_wrong(owner, cloud):
        with cloud.failing("http_status:status=503"):
            assert owner.unlock("cloud_app").acted, "<b>stands outside</b>"

    def test_stops_half_way(bench, owner):
        import pytest
        assert owner.unlock("ble_key").acted
        pytest.skip("no more time")
"""
)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """Return what makes a run folder of three tests, with what pytest has printed, once."""

    @cache
    def make(*arguments: str) -> tuple[Path, str]:
        session = Session(tmp_path_factory.mktemp("mixed"), MIXED, "--bench-out=run", *arguments)
        assert sorted(session.outcomes.values()) == ["FAILED", "PASSED", "SKIPPED"], session.said
        return session.folder / "run", session.said

    return make


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["alone", "two workers"])
def test_a_session_leaves_one_run_with_its_report(mixed, workers):
    folder, said = mixed(*workers)
    assert "evidence: run/report.html" in said
    stored = read_stored_run(folder)
    assert [v.verdict for v in stored.verdicts] == [
        "pass",
        "fail",
        "inconclusive",
    ]  # in their order
    assert stored.missing == ()
    assert all(stored.recording(v).is_file() for v in stored.verdicts)
    assert "pytest" in " ".join(stored.info["command"])
    assert sorted(file.name for file in folder.iterdir()) == [
        "ended.json", "recordings", "report.html", "run.json", "since.json", "verdicts.jsonl",
    ]  # fmt: skip
    page = (folder / "report.html").read_text()
    assert "3 tests of your own" in page
    assert "AssertionError: &lt;b&gt;stands outside&lt;/b&gt;" in page
    assert 'id="matrix"' not in page


def test_a_session_on_a_car_of_one_s_own_names_it_as_a_campaign_does(pytester):
    (pytester.path / "mine.toml").write_text((DEFAULT.parents[1] / "cars/sound.toml").read_text())
    (pytester.path / "bench.toml").write_text('[bench]\ncar = "mine.toml"\n')
    pytester.makepyfile("def test_it(bench):\n    bench.wait(1)\n")
    pytester.runpytest_subprocess("--bench-out", "run", "-q")
    info = read_stored_run(pytester.path / "run").info
    assert info["car"] == "mine"
    assert info["car_file"] == str(pytester.path / "mine.toml")


def test_a_verdict_of_a_test_says_who_acted_what_failed_and_which_faults_were_met(mixed):
    folder, _ = mixed()
    _, failed, skipped = read_stored_run(folder).verdicts
    assert (failed.owner, failed.oracle, failed.faults_met) == (
        "phone_only",
        "test",
        {"http_status": 1},
    )
    assert failed.reason == "AssertionError: <b>stands outside</b>"
    assert {j.verdict for j in failed.judgements} <= {"pass", "not_asked"}
    assert skipped.reason == "Skipped: no more time"


def test_a_verdict_says_that_its_test_was_expected_to_fail(pytester):
    """A car that does not do it has failed all the same; pytest counts it apart."""
    test = """
        import pytest

        @pytest.mark.xfail(reason="ticket 4711", strict=True)
        def test_tells(owner, can):
            owner.unlock("ble_key")
            can.body.expect_role("door_lock_state", "driver_unlocked", within_s=1)
    """
    run(pytester, test, "--bench-out", "out", "--bench-no-report").assert_outcomes(xfailed=1)
    (verdict,) = read_stored_run(pytester.path / "out").verdicts
    assert verdict.verdict == "fail"
    assert verdict.reason.startswith("marked xfail (ticket 4711): WrongValue: body: ")


def test_a_run_that_pytest_was_stopped_in_says_what_it_did_not_come_to(pytester):
    run(pytester, MIXED, "--bench-out=run", "-x")
    [missing] = read_stored_run(pytester.path / "run").missing
    assert "1 of 3 planned scenarios have no verdict" in missing
    assert "test_stops_half_way" in missing


def test_no_report_is_made_where_none_is_wanted_or_nothing_was_judged(mixed, pytester):
    folder, said = mixed("--bench-no-report")
    assert not (folder / "report.html").exists()
    assert "evidence: run\n" in said
    result = run(pytester, "def test_plain(): pass", "--bench-out=other")
    assert "evidence" not in result.stdout.str()


def test_workers_do_not_write_into_a_folder_that_holds_a_run(mixed, pytester):
    folder, _ = mixed("-n", "2")
    before = {file: file.stat().st_mtime_ns for file in folder.rglob("*")}
    result = run(pytester, MIXED, f"--bench-out={folder}", "-n", "2")
    refused(result, "already holds a run; name another folder")
    assert before == {file: file.stat().st_mtime_ns for file in folder.rglob("*")}


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["alone", "two workers"])
def test_each_test_has_a_capture_of_its_network_where_asked_for(mixed, workers):
    folder, _ = mixed("--bench-capture", *workers)
    stored = read_stored_run(folder)
    assert captured(folder) == sorted(
        stored.recording(v).name.replace(".jsonl.gz", ".pcapng") for v in stored.verdicts
    )
    assert [stored.capture(v) for v in stored.verdicts] == [
        f"captures/{v.scenario}.pcapng" for v in stored.verdicts
    ]
    assert not list(folder.glob("gw*"))


def test_a_capture_changes_nothing_that_is_recorded(kept, tmp_path):
    Session(tmp_path, OPENS, "--bench-out=run", "--bench-capture")
    plain, tapped = (
        [file.read_bytes() for file in (run / "recordings").iterdir()]
        for run in (kept, tmp_path / "run")
    )
    assert plain == tapped
    assert len(captured(tmp_path / "run")) == 1
    assert not (kept / "captures").exists()


def test_a_bench_file_that_asks_for_captures_gets_them_from_pytest_too(pytester):
    text = DEFAULT.read_text().replace("[bench]", "[bench]\ncapture = true", 1)
    (pytester.path / "bench.toml").write_text(text)
    run(pytester, OPENS, "--bench-out=run").assert_outcomes(passed=1)
    assert len(captured(pytester.path / "run")) == 1
    run(pytester, OPENS).assert_outcomes(passed=1)  # nowhere to keep them, as with recordings


def test_a_stored_session_is_judged_again_as_tests_are(pytester, tmp_path, capsys, monkeypatch):
    code = (
        OPENS
        + """
    def test_asserts(owner):
        assert not owner.unlock("ble_key").acted

    def test_of_the_bus(can):
        can.body.expect("BCM_LockState", within_s=1)

    def test_never_met(owner, cloud):
        with cloud.failing("http_status:share=0.0"):
            owner.unlock("ble_key")
    """
    )
    out = tmp_path / "run"
    run(pytester, code, f"--bench-out={out}", "--bench-no-report")
    capsys.readouterr()
    assert main(["judge", str(out)]) == 1
    said = capsys.readouterr().out
    assert said == "today: 2 pass, 1 fail, 1 inconclusive; 0 differ from the run\n"

    def stricter(self, case):
        return Judgement("one_actuation", "fail", "today it is another rule")

    monkeypatch.setattr(one_actuation.OneActuation, "judge", stricter)
    main(["judge", str(out)])
    told = "test_of_the_bus: was pass (test: the test and every oracle passed); is fail (one_act"
    said = capsys.readouterr().out
    assert told in said
    assert said.endswith("; 2 differ from the run\n")


def test_workers_have_the_root_folder_and_the_ini_file_of_their_controller(pytester, tmp_path):
    """A run folder outside the project: pytest takes what exists among its arguments for a root."""
    pytester.makeini("[pytest]\npythonpath = src\n")
    (pytester.mkdir("src") / "lent.py").write_text("PATH = 'ble_key'\n")
    test = """
        from lent import PATH

        def test_opens(owner):
            assert owner.unlock(PATH).acted
    """
    out = tmp_path / "evidence" / "run"
    run(pytester, test, "-n", "1", "--bench-out", str(out)).assert_outcomes(passed=1)
    (verdict,) = read_stored_run(out).verdicts
    file = next(pytester.path.glob("test_*.py")).name
    assert verdict.scenario == f"{file}_test_opens"


def test_who_does_not_wait_for_the_report_is_told_how_to_make_it(pytester):
    pytester.makeconftest("""
        from bench_fixtures import ending

        def end_run(*args, **kwargs):
            raise KeyboardInterrupt

        ending.end_run = end_run
    """)
    result = run(pytester, OPENS, "--bench-out", "out")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert "all verdicts are kept: `bench report out` makes their report" in result.stderr.str()
    assert "Traceback" not in result.stderr.str()
    assert main(["report", str(pytester.path / "out")]) == 0
