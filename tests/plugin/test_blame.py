"""Who is to blame when a test raises, and that a run folder calls nothing well that failed."""

import xml.etree.ElementTree as ET
from textwrap import dedent

import pytest
from project_outside import Session

from bench.evidence.stored_run import read_stored_run
from bench.judge.verdict import Verdict

TESTS = """
    import unittest
    import pytest

    @pytest.fixture
    def clean_up_asserts(owner):
        yield
        assert owner.name == "somebody"

    @pytest.fixture
    def clean_up_breaks(owner):
        yield
        raise OSError("no such printer")

    @pytest.fixture
    def clean_up_twice(clean_up_breaks):
        yield
        raise OSError("no such plotter")

    def test_asserts(owner):
        assert not owner.unlock("ble_key").acted

    def test_wrong_type(owner):
        owner.unlock("ble_key") + 1

    def test_wrong_name(owner):
        owner.unlock("ble_key").opend_within(1)

    def test_own_file(owner):
        open("nothing_is_here")

    def test_out_of_time(owner):
        pytest.fail("Timeout (>1.0s) from pytest-timeout.")

    async def test_waits_for_nobody(owner):
        assert owner.unlock("ble_key").acted

    def test_several(owner):
        raise ExceptionGroup("several", [TypeError("a"), AssertionError("b")])

    @pytest.mark.defect("accepted_is_success")
    def test_breaks_where_the_car_lies(owner, cloud):
        with cloud.failing("accepted_but_lost"):
            owner.unlock("cloud_app")
        raise TypeError("not the car")

    def test_parts(subtests, owner):
        for wanted in (True, False):
            with subtests.test(wanted=wanted):
                assert owner.unlock("ble_key").acted is wanted

    def test_parts_that_break(subtests, owner):
        with subtests.test("breaks"):
            owner.unlock("ble_key") + 1

    class TestOld(unittest.TestCase):
        @pytest.fixture(autouse=True)
        def _owner(self, owner):
            self.owner = owner

        def test_old_fails(self):
            self.assertFalse(self.owner.unlock("ble_key").acted)

        def test_old_breaks(self):
            self.owner.unlock("ble_key") + 1

        def test_old_passes(self):
            self.assertTrue(self.owner.unlock("ble_key").acted)

    def test_clean_up_asserts(clean_up_asserts):
        pass

    def test_clean_up_breaks(clean_up_breaks):
        pass

    def test_fails_before_its_clean_up_does(clean_up_twice):
        assert False

    def test_after_all(owner):
        assert owner.unlock("ble_key").acted
"""
COLLECTS = """
    import pytest

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_makereport(item, call):
        report = yield
        if call.when == "call" and item.name == "test_after_all":
            report.outcome = "failed"
            call.excinfo = pytest.ExceptionInfo.from_exception(_raised("collected"))
        return report

    def _raised(text):
        try:
            raise AssertionError(text)
        except AssertionError as error:
            return error
"""


SINCE_9 = pytest.mark.skipif(
    pytest.version_tuple < (9,), reason="pytest 8 has no subtests, and skips async tests"
)


@pytest.fixture(scope="module")
def session(tmp_path_factory) -> Session:
    return Session(tmp_path_factory.mktemp("blame"), TESTS, "--bench-out=run", "--junitxml=j.xml")


@pytest.fixture(scope="module")
def verdicts(session) -> dict[str, Verdict]:
    """The verdicts of the run folder, by the name of the test."""
    found = read_stored_run(session.folder / "run").verdicts
    return {"test_" + each.scenario.rpartition("test_")[2]: each for each in found}


@pytest.mark.parametrize(
    ("test", "reason"),
    [
        ("test_wrong_type", "the test itself went wrong: TypeError: unsupported"),
        ("test_wrong_name", "the test itself went wrong: AttributeError: "),
        ("test_own_file", "the test itself went wrong: FileNotFoundError: "),
        ("test_out_of_time", "the test itself went wrong: Failed: Timeout (>1.0s)"),
        (
            "test_waits_for_nobody",
            "the test itself went wrong: Failed: async def functions are not",
        ),
        pytest.param(
            "test_parts_that_break", "the test itself went wrong: TypeError: ", marks=SINCE_9
        ),
        ("test_old_breaks", "the test itself went wrong: TypeError: "),
    ],
)
def test_a_mistake_of_a_test_is_no_fail_of_the_car(session, verdicts, test, reason):
    assert (verdicts[test].verdict, verdicts[test].oracle) == ("inconclusive", "test")
    assert verdicts[test].reason.startswith(reason)
    shown = session.outcomes.get(test) or session.outcomes[f"TestOld::{test}"]
    assert shown in {"INCONCLUSIVE", "SUBFAILED"}


@pytest.mark.parametrize(
    ("test", "reason"),
    [
        ("test_asserts", "AssertionError: "),
        ("test_several", "ExceptionGroup: several"),
        pytest.param("test_parts", "AssertionError: ", marks=SINCE_9),
        ("test_old_fails", "AssertionError: "),
    ],
)
def test_what_is_asserted_in_vain_is_a_fail_however_the_test_is_written(verdicts, test, reason):
    assert (verdicts[test].verdict, verdicts[test].oracle) == ("fail", "test")
    assert verdicts[test].reason.startswith(reason)


def test_a_mistake_takes_nothing_back_of_what_an_oracle_has_found(session, verdicts):
    verdict = verdicts["test_breaks_where_the_car_lies"]
    assert (verdict.verdict, verdict.oracle) == ("fail", "honest_claims")
    assert session.outcomes["test_breaks_where_the_car_lies"] == "FAILED"


def test_what_goes_wrong_in_a_clean_up_is_in_the_verdict(verdicts):
    asserts, breaks = verdicts["test_clean_up_asserts"], verdicts["test_clean_up_breaks"]
    assert (asserts.verdict, breaks.verdict) == ("fail", "inconclusive")
    assert asserts.reason.startswith("in its clean-up: AssertionError: ")
    said = "in its clean-up: the test itself went wrong: OSError: no such printer"
    assert breaks.reason == said
    assert verdicts["test_fails_before_its_clean_up_does"].reason.startswith("AssertionError")


def test_each_test_has_one_verdict_and_a_good_one_is_left_alone(session, verdicts):
    assert len(verdicts) == len(read_stored_run(session.folder / "run").verdicts) == 17
    assert {name for name, each in verdicts.items() if each.verdict == "pass"} == {
        "test_old_passes", "test_after_all",
    }  # fmt: skip


def test_junit_has_the_verdict_of_each_test(session, verdicts):
    cases = ET.parse(session.folder / "j.xml").iter("testcase")
    found = {
        each.get("name"): [
            p.get("value") for p in each.iter("property") if p.get("name") == "verdict"
        ]
        for each in cases
    }
    assert {name: told for name, told in found.items() if name in verdicts} == {
        name: [verdict.verdict] for name, verdict in verdicts.items()
    }


def test_a_plug_in_that_collects_failed_checks_fails_the_verdict_too(tmp_path):
    (tmp_path / "collects.py").write_text(dedent(COLLECTS))
    session = Session(tmp_path, TESTS, "-p", "collects", "-k", "after_all", "--bench-out=run")
    assert session.outcomes == {"test_after_all": "FAILED"}
    (verdict,) = read_stored_run(tmp_path / "run").verdicts
    assert (verdict.verdict, verdict.reason) == ("fail", "AssertionError: collected")
