"""The pytest plug-in, from outside: as a project that has the distribution installed uses it."""

from pathlib import Path

import pytest
from project_outside import OPENS, Session, run

from bench.config.bench_file import DEFAULT
from bench.evidence.stored_run import read_stored_run

TESTS = f"""
    import pytest
    from bench.errors import NeverReceived, WrongValue
{OPENS}
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

    def test_pulse(can, relays, supplies):
        supplies.kl30.on()
        with relays.cylinder_unlock.closed():
            can.body.expect("BCM_LockState", LockState="unlocked", within_s=0.5)

    def test_never(bench, can):
        bench.wait(30)  # the buses sleep
        with pytest.raises(NeverReceived, match="was never received"):
            can.body.expect("BCM_LockState", LockState="unlocked", within_s=1.0,
                            since_s=bench.now_s)

    def test_wrong(can, relays):
        with relays.handle_driver.closed():
            with pytest.raises(WrongValue, match="instead: LockState=locked"):
                can.body.expect("BCM_LockState", LockState="unlocked", within_s=1.0)

    def test_step(bench, owner, cloud):
        attempt = owner.begin("unlock", "cloud_app")
        with cloud.failing("executed_ack_lost", when=attempt.at("delivered")):
            assert attempt.reached("executed", within_s=10)
            attempt.result(within_s=60)
        assert attempt.acted and attempt.told == "unknown", attempt.story()
        bench.wait(minutes=3)
        assert attempt.actuations == 1

    @pytest.mark.owner("phone_and_card")
    @pytest.mark.car("independent_keys")
    @pytest.mark.standing(locked=False, mode="off")
    def test_marked(owner, car):
        assert owner.name == "phone_and_card" and car.name == "independent_keys"
        assert not car.locked
        assert owner.start("nfc_card").opened_within(3.0)
"""


@pytest.fixture(scope="module")
def session(tmp_path_factory) -> Session:
    return Session(tmp_path_factory.mktemp("passing"), TESTS)


def test_tests_that_pass_make_a_session_that_passes(session):
    assert session.status == 0, session.said
    assert len(session.outcomes) == 7


def test_a_test_that_asserts_what_holds_passes(session):
    assert session.outcomes["test_key_opens"] == "PASSED", session.said


def test_every_fixture_is_there(session):
    assert session.outcomes["test_all"] == "PASSED", session.said


def test_the_blade_switch_pulses_the_lock_motor(session):
    assert session.outcomes["test_pulse"] == "PASSED", session.said


def test_expectations_tell_never_received_from_wrong_value(session):
    assert session.outcomes["test_never"] == "PASSED", session.said
    assert session.outcomes["test_wrong"] == "PASSED", session.said


def test_a_fault_can_be_armed_at_a_step_of_a_command_in_flight(session):
    assert session.outcomes["test_step"] == "PASSED", session.said


def test_markers_choose_owner_car_standing_and_defects(session):
    assert session.outcomes["test_marked"] == "PASSED", session.said


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


def test_simulated_benches_run_under_xdist(pytester):
    code = OPENS + OPENS.replace("test_key_opens", "test_again")
    run(pytester, code, "-n", "2").assert_outcomes(passed=2)


def test_pytest_without_the_bench_is_undisturbed(pytester):
    result = run(pytester, "def test_plain(): pass")
    result.assert_outcomes(passed=1)


def test_the_default_bench_and_the_one_in_the_repository_say_the_same():
    import tomllib

    own = Path(__file__).parents[2] / "bench.toml"
    assert tomllib.loads(own.read_text()) == tomllib.loads(DEFAULT.read_text())
