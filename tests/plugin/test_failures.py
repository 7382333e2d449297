"""What a test's author is shown when a test fails: his own lines, and the story up to there."""

import math
from pathlib import Path
from types import SimpleNamespace

import pytest
from project_outside import run

from bench.access.handles.bench import open_bench
from bench.errors import ConfigError, NeverReceived
from bench.evidence.stored_run import read_stored_run
from bench_fixtures.plugin import pytest_report_teststatus

SMOKE = Path(__file__).parents[1] / "smoke"

TESTS = """
    def test_expects(can, relays, bench):
        bench.wait(1)
        with relays.cylinder_unlock.closed():
            can.body.expect("BCM_LockState", LockState="locked", LockCause="crash", within_s=0.5)

    def test_loses_its_supply(can, supplies, bench):
        bench.wait(1)
        supplies.kl30.off()
        bench.wait(0.1)
        can.body.expect("BCM_PowerMode", within_s=0.5)

    def test_asserts(owner):
        unlock = owner.unlock("ble_key")
        assert unlock.opened_within(0.0)
"""


@pytest.fixture(scope="module")
def failed(tmp_path_factory):
    """What pytest prints of each test, by its name."""
    import subprocess
    import sys

    folder = tmp_path_factory.mktemp("failed")
    (folder / "test_all.py").write_text("\n".join(line[4:] for line in TESTS.splitlines()))
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "test_all.py"]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    parts = said.stdout.split("\n____")
    return {
        name: part for name in ("expects", "loses", "asserts") for part in parts
        if f" test_{name}" in part.partition("\n")[0]
    }  # fmt: skip


def test_a_failed_expectation_shows_the_tests_own_lines_and_none_of_the_benchs(failed):
    for name in ("expects", "loses"):
        assert "test_all.py:" in failed[name]
        for inner in ("simulated.py", "base_events.py", "handles/can.py", "expectations.py"):
            assert inner not in failed[name]


def test_a_failed_expectation_on_can_is_told_with_the_frames_before_it(failed):
    story = failed["expects"].partition("the scenario's story")[2]
    assert "lock_motor_driver: unlock" in story
    assert "body 0x" in story.partition("relay cylinder_unlock closed (verified)")[2]


def test_the_story_ends_at_the_failure_and_tells_causes_before_effects(failed):
    for name in ("expects", "asserts"):
        assert "loses its supply" not in failed[name]
    assert "relay cylinder_unlock opened" not in failed["expects"]
    story = failed["loses"].partition("the scenario's story")[2]
    off = story.index("supply kl30 off")
    assert off < story.index("(BCM: loses its supply)")
    assert story.count("loses its supply") == 6


def test_a_failed_assertion_says_what_the_car_did(failed):
    wanted = (
        "E       assert False: within 0 ms? phone_only wanted to unlock by ble_key: acted; moved"
    )
    assert wanted in failed["asserts"]


# ── times and names ───────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def bench():
    with open_bench() as opened:
        yield opened


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda b: b.wait(minutes=-10), "minutes: -10 is no time"),
        (lambda b: b.wait("ten"), "seconds: 'ten' is no number"),
        (lambda b: b.wait(math.inf), "seconds: inf is no time"),
        (lambda b: b.wait(True), "seconds: True is no number"),
        (lambda b: b.expect_asleep(within_s=-1), "within_s: -1 is no time"),
        (lambda b: b.can.body.expect("BCM_LockState", within_s=-1), "within_s: -1 is no time"),
        (lambda b: b.can.body.expect("BCM_LockState", within_s=math.nan), "within_s: nan is no"),
        (lambda b: b.can.body.expect_not("BCM_LockState", within_s=-1), "within_s: -1 is no time"),
        (lambda b: b.can.body.expect_role("door_lock_state", "locked", within_s=-1), "within_s"),
        (lambda b: b.can.body.expect_cycle("BCM_LockState", period_s=-1), "period_s: -1 is no"),
        (lambda b: b.can.body.expect("BCM_LockState", within_s=1, since_s=-1), "since_s: -1 is no"),
    ],
)
def test_a_time_that_is_none_is_an_error_of_the_test(bench, call, said):
    before_s = bench.now_s
    with pytest.raises(ConfigError, match=said):
        call(bench)
    assert bench.now_s == before_s


@pytest.mark.parametrize(
    ("of", "name"),
    [
        (lambda bench: bench.supplies.kl30, "voltage"),
        (lambda bench: bench.relays.start_button, "closed_now"),
        (lambda bench: bench.relays, "start_button"),
        (lambda bench: bench.can, "body"),
    ],
)
def test_what_is_assigned_and_not_called_is_an_error_and_not_nothing(bench, of, name):
    with pytest.raises(AttributeError, match=name):
        setattr(of(bench), name, 9)


def test_a_time_of_zero_is_one(bench):
    bench.wait(0)
    with pytest.raises(NeverReceived):
        bench.can.body.expect("BCM_LockState", within_s=0, since_s=bench.now_s)


def test_buses_relays_and_supplies_say_their_names(bench):
    assert repr(bench.can) == "<buses body, telematics>"
    assert repr(bench.can.body) == "<bus body>"
    assert repr(bench.supplies) == "<supplies kl30>"
    assert (repr(bench.car), repr(bench.owner)) == ("<car sound>", "<owner phone_only>")
    with bench.cloud.failing("refuse"):
        assert repr(bench.cloud) == "<cloud failing by refuse>"
    assert repr(bench.cloud) == "<cloud>"
    assert repr(bench.relays.start_button) == "<relay start_button>"
    assert {"body", "telematics"} <= set(dir(bench.can))
    assert "start_button" in dir(bench.relays)
    assert "kl30" in dir(bench.supplies)


def test_in_real_time_nothing_of_the_way_to_the_loop_s_thread_is_shown(pytester):
    test = """
        def test_too_fast(can):
            can.body.expect_cycle("BCM_LockState", period_s=0.05, count=10)
    """
    said = run(pytester, test, "--bench", str(SMOKE / "real.toml")).stdout.str()
    assert "WrongCycle: body: BCM_LockState should come every 50 ms" in said
    assert "concurrent" not in said
    assert "real.py" not in said


def test_a_plug_in_around_a_fixture_is_no_line_of_the_author_s(pytester):
    """As pytest-asyncio wraps each fixture."""
    pytester.makeconftest("""
        import pytest

        @pytest.hookimpl(wrapper=True)
        def pytest_fixture_setup(fixturedef, request):
            return (yield)
    """)
    test = """
        import pytest

        @pytest.mark.owner("nobody")
        def test_nobody(owner):
            pass
    """
    said = run(pytester, test).stdout.str()
    assert 'no owner named "nobody"' in said
    assert "conftest.py" not in said
    assert "wanted.py" not in said


def test_who_runs_a_test_again_is_not_told_that_it_was_inconclusive_before():
    """pytest-rerunfailures calls such a report a rerun; it is counted as that."""
    again = SimpleNamespace(inconclusive=True, outcome="rerun")
    assert pytest_report_teststatus(again) is None


def test_without_pytests_terminal_tests_fail_as_with_it(pytester):
    """Editors run it so; it has no option then that only its terminal takes."""
    test = """
        def test_fails(can):
            can.body.expect("BCM_LockState", LockState="unlocked", within_s=0.1)
    """
    result = run(pytester, test, "-p", "no:terminal", "--bench-out", "out")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    (verdict,) = read_stored_run(pytester.path / "out").verdicts
    assert verdict.reason.startswith("WrongValue: ")
