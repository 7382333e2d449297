"""The pytest plug-in, from outside: as a project that has the distribution installed uses it."""

import xml.etree.ElementTree as ET
from pathlib import Path

import dpkt
import pytest

from bench.config.bench_file import DEFAULT
from bench.evidence.since import Since, read_since
from bench.evidence.stored_run import read_stored_run


def run(pytester: pytest.Pytester, code: str, *arguments: str) -> pytest.RunResult:
    pytester.makepyfile(code)
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments)


OPENS = """
    def test_key_opens(owner, cloud):
        with cloud.failing("http_status:status=503"):
            unlock = owner.unlock("ble_key")
        assert unlock.opened_within(1.5), unlock.story()
"""


def test_a_test_that_asserts_what_holds_passes(pytester):
    run(pytester, OPENS).assert_outcomes(passed=1)


def test_every_fixture_is_there(pytester):
    result = run(
        pytester,
        """
        import pytest

        @pytest.mark.outage("refuse", duration_s=60)
        def test_all(bench, can, lin, relays, supplies, meters, telematics, cloud, car, owner,
                     outage, recording):
            assert car.locked and "ble_key" in car.paths
            assert telematics.state == "connected"
            assert supplies.kl30.volts == 13.5
            assert relays.cylinder_unlock.state is False
            assert meters.volts("latch_driver") == 0
            assert outage.duration_s == 60
            cloud.play(outage)
            assert any(e.event.kind == "fault_met" for e in recording().entries)
            assert can.body.name == "body"
            assert list(lin) == []
        """,
    )
    result.assert_outcomes(passed=1)


def test_the_blade_switch_pulses_the_lock_motor(pytester):
    result = run(
        pytester,
        """
        def test_pulse(can, relays, supplies):
            supplies.kl30.on()
            with relays.cylinder_unlock.closed():
                can.body.expect("BCM_LockState", LockState="unlocked", within_s=0.5)
        """,
    )
    result.assert_outcomes(passed=1)


def test_expectations_tell_never_received_from_wrong_value(pytester):
    result = run(
        pytester,
        """
        import pytest
        from bench.errors import NeverReceived, WrongValue

        def test_never(bench, can):
            bench.wait(30)  # the buses sleep
            with pytest.raises(NeverReceived, match="was never received"):
                can.body.expect("BCM_LockState", LockState="unlocked", within_s=1.0,
                                since_s=bench.now_s)

        def test_wrong(can, relays):
            with relays.handle_driver.closed():
                with pytest.raises(WrongValue, match="instead: LockState=locked"):
                    can.body.expect("BCM_LockState", LockState="unlocked", within_s=1.0)
        """,
    )
    result.assert_outcomes(passed=2)


def test_a_fault_that_is_never_met_makes_a_test_inconclusive_not_green(pytester):
    result = run(
        pytester,
        """
        def test_unmet(cloud, owner):
            with cloud.failing("http_status:share=0.0"):
                assert owner.unlock("ble_key").acted
        """,
    )
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*never met, not even by the witness: http_status:share=0.0*"])
    result.stdout.fnmatch_lines(["*1 inconclusive*"])


def test_a_test_in_which_an_instrument_fails_is_inconclusive_and_says_why(pytester, tmp_path):
    protected = DEFAULT.read_text(encoding="utf-8").replace(
        "current_limit_a = 30.0", "current_limit_a = 30.0\novp_v = 14.0"
    )
    file = tmp_path / "bench.toml"
    file.write_text(protected, encoding="utf-8")
    result = run(
        pytester,
        """
        def test_trips(supplies):
            supplies.kl30.set_voltage(14.1)
            supplies.kl30.on()
        """,
        f"--bench={file}",
        f"--bench-out={tmp_path / 'run'}",
    )
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*INCONCLUSIVE*test_trips*", "*the bench failed: *kl30*"])
    result.stdout.fnmatch_lines(["*1 inconclusive*"])
    (verdict,) = read_stored_run(tmp_path / "run").verdicts
    assert (verdict.verdict, verdict.oracle) == ("inconclusive", "evidence")
    assert "kl30" in verdict.reason


@pytest.mark.parametrize("failing", ["assert False", "pytest.fail('no')"])
def test_a_test_that_fails_on_a_bench_that_does_not_hear_is_inconclusive(pytester, failing):
    result = run(
        pytester,
        f"""
        import pytest
        from bench.events import ReceiverLost

        def test_deaf(bench):
            bench.journal.write(ReceiverLost("can.body", "the interface is gone"))
            {failing}
        """,
    )
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*receiver can.body died: the interface is gone*"])
    result.stdout.fnmatch_lines(["*1 inconclusive*"])


def test_a_test_that_is_skipped_stays_skipped_whatever_the_bench_has_met(pytester):
    result = run(
        pytester,
        """
        import pytest
        from bench.events import ReceiverLost

        def test_skips(bench):
            bench.journal.write(ReceiverLost("can.body", "the interface is gone"))
            pytest.skip("not today")
        """,
    )
    result.assert_outcomes(skipped=1)


def test_a_failing_test_tells_the_scenarios_story(pytester):
    result = run(
        pytester,
        """
        def test_wrong(owner, cloud):
            with cloud.failing("http_status:status=503"):
                unlock = owner.unlock("cloud_app")
            assert unlock.acted, unlock.story()
        """,
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*phone_only wanted to unlock by cloud_app: refused*",
            "*the scenario's story (seed 1, simulated)*",
            "*fault armed: http_status*",
            "*phone_only wants to unlock by cloud_app*",
            "*told: failed:*Nothing was sent to your car*",
        ]
    )


def test_an_oracle_fails_a_test_that_asserts_nothing_about_it(pytester):
    result = run(
        pytester,
        """
        import pytest

        @pytest.mark.defect("accepted_is_success")
        def test_blind(owner, cloud):
            with cloud.failing("accepted_but_lost"):
                owner.unlock("cloud_app")
        """,
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*honest_claims: false success*"])


def test_a_fault_can_be_armed_at_a_step_of_a_command_in_flight(pytester):
    result = run(
        pytester,
        """
        def test_step(bench, owner, cloud):
            attempt = owner.begin("unlock", "cloud_app")
            with cloud.failing("executed_ack_lost", when=attempt.at("delivered")):
                assert attempt.reached("executed", within_s=10)
                attempt.result(within_s=60)
            assert attempt.acted and attempt.told == "unknown", attempt.story()
            bench.wait(minutes=3)
            assert attempt.actuations == 1
        """,
    )
    result.assert_outcomes(passed=1)


def test_a_step_that_is_never_reached_makes_a_test_inconclusive_not_green(pytester):
    result = run(
        pytester,
        """
        def test_step(owner, cloud):
            attempt = owner.begin("unlock", "ble_key")
            with cloud.failing("executed_ack_lost", when=attempt.at("delivered")):
                assert attempt.result().acted
        """,
    )
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["*never armed: executed_ack_lost: *by ble_key, never reached deliv*"]
    )
    result.stdout.fnmatch_lines(["*1 inconclusive*"])


def test_markers_choose_owner_car_standing_and_defects(pytester):
    result = run(
        pytester,
        """
        import pytest

        @pytest.mark.owner("phone_and_card")
        @pytest.mark.car("independent_keys")
        @pytest.mark.standing(locked=False, mode="off")
        def test_marked(owner, car):
            assert owner.name == "phone_and_card" and car.name == "independent_keys"
            assert not car.locked
            assert owner.start("nfc_card").opened_within(3.0)
        """,
    )
    result.assert_outcomes(passed=1)


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


def test_a_requirement_that_the_list_lacks_is_one_clear_error(pytester):
    pytester.path.joinpath("list.csv").write_text("id\nACC-17\n")
    text = DEFAULT.read_text() + '\n[requirements]\nfile = "list.csv"\n'
    pytester.path.joinpath("bench.toml").write_text(text)
    code = """
        import pytest

        @pytest.mark.requirement("ACC-71")
        def test_required(): pass
        """
    result = run(pytester, code)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    said = 'test_required: no requirement "ACC-71" in list.csv: did you mean "ACC-17"?'
    assert said in result.stderr.str()
    run(pytester, code.replace("ACC-71", "ACC-17")).assert_outcomes(passed=1)
    pytester.path.joinpath("list.csv").write_text("id,covered_by\nACC-17,outage=refuse@recovry\n")
    result = run(pytester, code.replace("ACC-71", "ACC-17"))
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert 'no phase "recovry": did you mean "recovery"?' in result.stderr.str()


def test_recordings_are_kept_where_asked_for(pytester, tmp_path):
    result = run(pytester, OPENS, "--bench-out", str(tmp_path / "run"))
    result.assert_outcomes(passed=1)
    verdicts = list(read_stored_run(tmp_path / "run").verdicts)
    assert [v.verdict for v in verdicts] == ["pass"]
    assert (tmp_path / "run" / verdicts[0].recording).is_file()
    assert read_since(tmp_path / "run") == Since()  # there was no run before it


def test_the_seed_can_be_set_and_is_told(pytester):
    code = OPENS.replace("opened_within(1.5)", "opened_within(0.0)")
    result = run(pytester, code, "--bench-seed", "77")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*story (seed 77, simulated)*"])


def test_seed_0_is_a_seed(pytester):
    (pytester.path / "bench.toml").write_text("[bench]\nseed = 5\n")
    run(pytester, OPENS, "--bench-seed=0", "--bench-out=run").assert_outcomes(passed=1)
    stored = read_stored_run(pytester.path / "run")
    assert stored.info["seed"] == 0


def refused(result: pytest.RunResult, said: str) -> None:
    """Check that pytest ended with one usage error, before any test began."""
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    told = result.stderr.str() + result.stdout.str()
    assert said in told
    assert told.count("ERROR") == 1
    assert "Traceback" not in told
    assert "conclusion.py" not in told


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--bench", "no.toml"], "no.toml: no such file"),
        (["--bench", "wrong.toml"], 'no relay board named "numato_usbb"'),
        (["--bench-out", "/sys/x"], "/sys/x"),
        (["--bench-seed", "-1"], "--bench-seed"),
        (["--bench-capture"], "--bench-capture: captures lie in a run folder: add --bench-out DIR"),
    ],
)
def test_what_is_wrong_with_the_bench_is_one_usage_error(pytester, arguments, said, workers):
    (pytester.path / "wrong.toml").write_text('[relays.a]\nmodel = "numato_usbb"\nchannels = {}\n')
    refused(run(pytester, OPENS + OPENS.replace("opens", "x"), *arguments, *workers), said)


@pytest.mark.parametrize("workers", [(), ("-n", "2"), ("--tx", "2*popen", "--dist", "load")])
@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ('[relays.a]\nmodel = "numato_usbb"\nchannels = {}\n', OPENS, 'board named "numato_usbb"'),
        (
            DEFAULT.read_text() + '\n[requirements]\nfile = "list.csv"\n',
            OPENS + "\n    import pytest\n    pytestmark = pytest.mark.requirement('R-2')\n",
            'no requirement "R-2" in list.csv',
        ),
    ],
    ids=["bench file", "requirement"],
)  # fmt: skip
def test_a_bench_file_that_nobody_named_is_refused_once_too(pytester, workers, text, code, said):
    (pytester.path / "bench.toml").write_text(text)
    (pytester.path / "list.csv").write_text("id,text\nR-1,The car opens.\n")
    refused(run(pytester, code + OPENS.replace("opens", "x"), *workers), said)


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_a_wrong_bench_file_does_not_disturb_a_run_without_the_bench(pytester, workers):
    (pytester.path / "bench.toml").write_text("[bench\n")
    run(pytester, "def test_plain(): pass", *workers).assert_outcomes(passed=1)


def test_a_path_that_the_car_lacks_is_an_error_that_names_the_nearest(pytester):
    result = run(
        pytester,
        """
        import pytest

        @pytest.mark.car("cloud_bound_key")
        def test_lacks(owner):
            owner.unlock("uwb_key")
        """,
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*NotFitted: cloud_bound_key has no uwb_key*"])


def test_simulated_benches_run_under_xdist(pytester):
    code = OPENS + OPENS.replace("test_key_opens", "test_again")
    run(pytester, code, "-n", "2").assert_outcomes(passed=2)


def test_a_real_time_station_refuses_xdist(pytester, tmp_path):
    real = tmp_path / "real.toml"
    real.write_text(DEFAULT.read_text().replace('time = "simulated"', 'time = "real"'))
    result = run(pytester, OPENS, "-n", "2", "--bench", str(real))
    refused(result, "run without pytest-xdist")
    real.rename(pytester.path / "bench.toml")
    refused(run(pytester, OPENS, "-n", "2"), "run without pytest-xdist")


def test_pytest_without_the_bench_is_undisturbed(pytester):
    result = run(pytester, "def test_plain(): pass")
    result.assert_outcomes(passed=1)


def test_the_default_bench_and_the_one_in_the_repository_say_the_same():
    import tomllib

    own = Path(__file__).parents[2] / "bench.toml"
    assert tomllib.loads(own.read_text()) == tomllib.loads(DEFAULT.read_text())


def test_each_cell_of_the_campaign_can_be_a_test(pytester):
    result = run(
        pytester,
        """
        import pytest
        from bench_fixtures.campaign import cells

        @pytest.mark.parametrize(
            "cell", cells(car="cloud_bound_key", paths=["ble_key", "mechanical_key"],
                          faults=["http_status"]), ids=str)
        def test_campaign(cell):
            cell.check()
        """,
    )
    # the coupled key fails with and without the outage, on unlock and start; the blade passes
    result.assert_outcomes(passed=2, failed=4)
    result.stdout.fnmatch_lines(["*independence: ble_key did not unlock the car in the outage*"])


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


@pytest.fixture
def mixed(pytester):
    """Return what makes a run folder of three tests, with what pytest has printed."""

    def make(*arguments: str) -> tuple[Path, str]:
        result = run(pytester, MIXED, "--bench-out=run", *arguments)
        result.assert_outcomes(passed=1, failed=1, skipped=1)
        return pytester.path / "run", result.stdout.str()

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
    result = run(pytester, MIXED, "--bench-out=run", "-n", "2")
    refused(result, "already holds a run; name another folder")
    assert before == {file: file.stat().st_mtime_ns for file in folder.rglob("*")}


def captured(folder: Path, marks: bytes = b"SERVER_HANDSHAKE_TRAFFIC_SECRET") -> list[str]:
    """Return the names of a run's captures, each of which holds frames and their secrets."""
    files = sorted((folder / "captures").iterdir())
    for file in files:
        raw = file.read_bytes()
        assert raw.startswith(b"\x0a\x0d\x0d\x0a"), file
        assert marks in raw, file
        with file.open("rb") as opened:
            assert len(list(dpkt.pcapng.Reader(opened))) > 20, file
    return [file.name for file in files]


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


def test_a_capture_changes_nothing_that_is_recorded(pytester):
    run(pytester, OPENS, "--bench-out=plain").assert_outcomes(passed=1)
    run(pytester, OPENS, "--bench-out=tapped", "--bench-capture").assert_outcomes(passed=1)
    plain, tapped = (
        [file.read_bytes() for file in (pytester.path / name / "recordings").iterdir()]
        for name in ("plain", "tapped")
    )
    assert plain == tapped
    assert not (pytester.path / "plain" / "captures").exists()


def test_a_bench_file_that_asks_for_captures_gets_them_from_pytest_too(pytester):
    text = DEFAULT.read_text().replace("[bench]", "[bench]\ncapture = true", 1)
    (pytester.path / "bench.toml").write_text(text)
    run(pytester, OPENS, "--bench-out=run").assert_outcomes(passed=1)
    assert len(captured(pytester.path / "run")) == 1
    run(pytester, OPENS).assert_outcomes(passed=1)  # nowhere to keep them, as with recordings


CELLS = """
    import pytest
    from bench_fixtures.campaign import cells

    @pytest.mark.parametrize(
        "cell", cells(car="cloud_bound_key", paths=["mechanical_key"], faults=["http_status", "refuse"]),
        ids=str)
    def test_campaign(cell):
        cell.check()
"""


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["alone", "two workers"])
def test_cells_of_the_campaign_are_kept_as_the_command_line_keeps_them(pytester, workers):
    run(pytester, CELLS, "--bench-out=run", "--bench-capture", *workers).assert_outcomes(passed=3)
    stored = read_stored_run(pytester.path / "run")
    assert [(v.outage, v.verdict) for v in stored.verdicts] == [
        (None, "pass"), ("http_status", "pass"), ("refuse", "pass"),
    ]  # fmt: skip
    assert stored.missing == ()
    assert all(stored.recording(v).is_file() for v in stored.verdicts)
    assert len(captured(pytester.path / "run")) == 3
    assert all(stored.capture(v) for v in stored.verdicts)
    page = (pytester.path / "run" / "report.html").read_text()
    assert 'id="matrix"' in page
    assert "of your own" not in page
