"""What becomes of a test on a bench: failed, inconclusive or skipped, and with which words."""

import re

import pytest
from project_outside import Session, run

from bench.config.bench_file import DEFAULT
from bench.evidence.stored_run import read_stored_run

TESTS = """
    import pytest
    from bench.events import ReceiverLost

    def test_unmet(cloud, owner):
        with cloud.failing("http_status:share=0.0"):
            assert owner.unlock("ble_key").acted

    def test_step(owner, cloud):
        attempt = owner.begin("unlock", "ble_key")
        with cloud.failing("executed_ack_lost", when=attempt.at("delivered")):
            assert attempt.result().acted

    def test_without_with(owner, cloud, relays):
        cloud.failing("refuse")
        relays.cylinder_unlock.closed()
        assert owner.unlock("ble_key").acted

    def test_truth(owner):
        assert owner.unlock("ble_key")

    @pytest.mark.outage("refuse")
    def test_outage_in_name_only(owner, outage):
        assert owner.unlock("ble_key").acted

    @pytest.mark.outage("refuse", 60)
    def test_outage_is_played(cloud, outage):
        cloud.play(outage)

    def test_no_such_fault(cloud):
        with cloud.failing("refusee"):
            pass

    def test_deaf_and_asserts(bench):
        bench.journal.write(ReceiverLost("can.body", "the interface is gone"))
        assert False

    def test_deaf_and_fails(bench):
        bench.journal.write(ReceiverLost("can.body", "the interface is gone"))
        pytest.fail("no")

    def test_skips(bench):
        bench.journal.write(ReceiverLost("can.body", "the interface is gone"))
        pytest.skip("not today")

    def test_wrong(owner, cloud):
        with cloud.failing("http_status:status=503"):
            unlock = owner.unlock("cloud_app")
        assert unlock.acted, unlock.story()

    @pytest.mark.defect("accepted_is_success")
    def test_blind(owner, cloud):
        with cloud.failing("accepted_but_lost"):
            owner.unlock("cloud_app")

    @pytest.mark.car("cloud_bound_key")
    def test_lacks(owner):
        owner.unlock("uwb_key")
"""


@pytest.fixture(scope="module")
def session(tmp_path_factory) -> Session:
    return Session(tmp_path_factory.mktemp("not_passing"), TESTS)


def test_a_session_counts_what_did_not_pass_each_as_what_it_is(session):
    assert session.status == 1
    last = session.said.strip().splitlines()[-1]
    assert "2 failed, 1 passed, 1 skipped, 9 inconclusive in " in last


def test_what_was_inconclusive_is_listed_at_the_end_with_its_reason(session):
    listed = re.split(r"^=+ inconclusive =+$", session.said, flags=re.MULTILINE)[1]
    rows = [row for row in listed.splitlines() if row.startswith("INCONCLUSIVE test_all.py::")]
    assert len(rows) == 9
    assert "INCONCLUSIVE test_all.py::test_unmet - bench.errors.Inconclusive: never met" in rows[0]


def test_a_block_that_was_never_entered_makes_a_test_inconclusive_not_green(session):
    assert session.outcomes["test_without_with"] == "INCONCLUSIVE"
    said = session.of("test_without_with")
    assert "failing('refuse') did nothing: it acts inside a `with` block" in said
    assert "closed() did nothing" in said


def test_what_goes_wrong_as_a_block_is_entered_is_shown_where_the_test_enters_it(session):
    shown = session.of("test_no_such_fault")
    assert '>       with cloud.failing("refusee"):' in shown
    assert "contextlib" not in shown


def test_an_outage_that_a_marker_names_and_nobody_plays_makes_a_test_inconclusive(session):
    assert session.outcomes["test_outage_in_name_only"] == "INCONCLUSIVE"
    said = session.of("test_outage_in_name_only")
    assert "nobody has played what @pytest.mark.outage names: cloud.play(outage)" in said
    assert session.outcomes["test_outage_is_played"] == "PASSED"


def test_an_attempt_is_not_taken_for_an_answer(session):
    assert session.outcomes["test_truth"] == "INCONCLUSIVE"
    assert "neither true nor false: ask for its .acted" in session.of("test_truth")


def test_a_fault_that_is_never_met_makes_a_test_inconclusive_not_green(session):
    assert session.outcomes["test_unmet"] == "INCONCLUSIVE"
    said = "never met, not even by the witness: http_status:share=0.0"
    assert said in session.of("test_unmet")


def test_a_step_that_is_never_reached_makes_a_test_inconclusive_not_green(session):
    assert session.outcomes["test_step"] == "INCONCLUSIVE"
    told = r"never armed: executed_ack_lost: .*by ble_key, never reached deliv"
    assert re.search(told, session.of("test_step"))


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


def test_a_door_that_nobody_senses_is_inconclusive_where_its_movement_is_asked_for(
    pytester, tmp_path
):
    bench = tmp_path / "bench.toml"
    bench.write_text('[meters.start]\nmodel = "simulated"\nchannels = { start_button = 1 }\n')
    result = run(
        pytester,
        """
        def test_asks(owner):
            assert owner.unlock("ble_key").opened_within(1.5)

        def test_asks_again_and_again(owner, recording):
            unlock, lock = owner.unlock("ble_key"), owner.lock("ble_key")
            assert not (unlock.acted or unlock.acted or lock.acted or lock.latency_s)
            events = [entry.event for entry in recording().entries]
            assert sum(type(event).__name__ == "BenchFault" for event in events) == 1

        def test_looks_at_the_bus(owner, can):
            owner.unlock("ble_key")
            can.body.expect("BCM_LockState", LockState="unlocked", within_s=2)
        """,
        f"--bench={bench}",
        "-rA",
    )
    result.stdout.fnmatch_lines(["*INCONCLUSIVE*test_asks*", "*1 passed, 2 inconclusive*"])
    seen = "the bench failed: meters: no meter has a line lock_motor_<door> or latch_<door>"
    assert seen in result.stdout.str()


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ("supplies.kl30.set_voltage(-1)", "ConfigError: volts: -1 V makes no sense: it is at least 0 V"),
        ("supplies.kl30.set_voltage(13500)", "ConfigError: volts: 13500 V: a bench goes to 60 V"),
        ('car.state("door_lok_state")', "NotObservable: door_lok_state is not observable here: "),
        ('owner.unlock("ble_kye")', "UnknownName: no path named \"ble_kye\": "),
        ("relays.handle_drivr.close()", 'NotOnBench: no relay does "handle_drivr": did you mean '),
        ("supplies.kl31.on()", 'NotOnBench: no supply "kl31": did you mean "kl30"?'),
        ('meters.volts("latch_drvr")', 'NotOnBench: no meter looks at "latch_drvr": did you mean '),
        ('can.boddy.expect("A", B=1, within_s=1)', 'NotOnBench: no bus "boddy": did you mean "body"'),
    ],
)  # fmt: skip
def test_what_a_test_asks_for_wrongly_is_no_fail_of_the_car(pytester, tmp_path, call, reason):
    code = f"def test_asks(bench, relays, supplies, meters, can, car, owner):\n    {call}\n"
    result = run(pytester, code, f"--bench-out={tmp_path / 'run'}")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*INCONCLUSIVE*test_asks*", "*1 inconclusive*"])
    (verdict,) = read_stored_run(tmp_path / "run").verdicts
    assert (verdict.verdict, verdict.outcome) == ("inconclusive", "not_tried")
    assert verdict.reason.startswith(reason)


@pytest.mark.parametrize("test", ["test_deaf_and_asserts", "test_deaf_and_fails"])
def test_a_test_that_fails_on_a_bench_that_does_not_hear_is_inconclusive(session, test):
    assert session.outcomes[test] == "INCONCLUSIVE"
    assert "receiver can.body died: the interface is gone" in session.of(test)


def test_a_test_that_is_skipped_stays_skipped_whatever_the_bench_has_met(session):
    assert session.outcomes["test_skips"] == "SKIPPED"


def test_a_failing_test_tells_the_scenarios_story(session):
    assert session.outcomes["test_wrong"] == "FAILED"
    told = re.compile(
        r"phone_only wanted to unlock by cloud_app: refused.*"
        r"the scenario's story \(seed 1, simulated\).*"
        r"fault armed: http_status.*"
        r"phone_only wants to unlock by cloud_app.*"
        r"told: failed:[^\n]*Nothing was sent to your car",
        re.DOTALL,
    )
    assert told.search(session.of("test_wrong"))


def test_an_oracle_fails_a_test_that_asserts_nothing_about_it(session):
    assert session.outcomes["test_blind"] == "FAILED"
    assert "honest_claims: false success" in session.of("test_blind")


def test_a_path_that_the_car_lacks_makes_a_test_inconclusive_and_the_nearest_is_named(session):
    assert session.outcomes["test_lacks"] == "INCONCLUSIVE"
    assert "NotFitted: cloud_bound_key has no uwb_key" in session.of("test_lacks")
