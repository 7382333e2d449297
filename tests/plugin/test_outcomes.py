"""What becomes of a test on a bench: failed, inconclusive or skipped, and with which words."""

import pytest
from project_outside import run

from bench.config.bench_file import DEFAULT
from bench.evidence.stored_run import read_stored_run


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
