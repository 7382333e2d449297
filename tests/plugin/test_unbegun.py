"""A test that does little, or does not begin, is kept as what it was."""

from pathlib import Path

import pytest
from project_outside import Session

from bench.evidence.stored_run import read_stored_run

TESTS = """
    from pathlib import Path

    import pytest
    from bench_fixtures.campaign import cells

    ROLES = '[can.body]\\nroles = "nowhere.toml"\\n[can.telematics]\\nroles = "telematics.toml"\\n'
    Path("torn.toml").write_text('summary = "torn"\\npaths = ["ble_key"]\\n' + ROLES)

    CELLS = cells(paths=["mechanical_key"], faults=["refuse"])

    @pytest.fixture
    def broken(bench):
        bench.wait(1)
        raise ValueError("no such port\\nand more")

    @pytest.fixture
    def needs_open(owner):
        assert not owner.unlock("keypad").acted

    def test_does_nothing(bench):
        pass

    def test_acts(owner):
        assert owner.unlock("ble_key").acted

    def test_is_refused(owner, cloud):
        with cloud.failing("http_status:status=503"):
            owner.unlock("cloud_app")

    def test_set_up_is_broken(broken):
        pass

    def test_set_up_asserts(needs_open):
        pass

    @pytest.mark.car("torn.toml")
    def test_has_no_bench(bench):
        pass

    @pytest.mark.skip(reason="not on this bench")
    @pytest.mark.requirement("ACC-1")
    def test_is_skipped(bench):
        pass

    @pytest.mark.parametrize("cell", CELLS, ids=str)
    def test_cell(cell, request):
        cell.check()

    @pytest.fixture(autouse=True)
    def no_outage(request):
        if "-refuse" in request.node.name or ".refuse" in request.node.name:
            pytest.skip("no outages today")
"""


@pytest.fixture(scope="module", params=[[], ["-n", "2"]], ids=["alone", "two workers"])
def session(request, tmp_path_factory) -> Session:
    folder = tmp_path_factory.mktemp("unbegun")
    return Session(folder, TESTS, "--bench-out=run", *request.param)


@pytest.fixture(scope="module")
def kept(session):
    return read_stored_run(session.folder / "run")


def verdict_of(kept, name):
    (found,) = [v for v in kept.verdicts if v.scenario.rpartition("test_all.py_")[2] == name]
    return found


def test_nothing_is_said_to_be_cut_short(session, kept):
    assert kept.missing == ()
    assert "INTERNALERROR" not in session.said


@pytest.mark.parametrize(
    ("name", "outcome"),
    [("test_does_nothing", "not_tried"), ("test_acts", "acted"), ("test_is_refused", "refused")],
)
def test_a_verdict_says_what_came_of_the_owners_tries(kept, name, outcome):
    verdict = verdict_of(kept, name)
    assert (verdict.verdict, verdict.outcome) == ("pass", outcome)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("test_set_up_is_broken", "its set-up failed: ValueError: no such port"),
        ("test_set_up_asserts", "its set-up failed: AssertionError: assert not True"),
        ("test_has_no_bench", "its set-up failed: ConfigError: "),
        ("test_is_skipped", "skipped before it began: not on this bench"),
    ],
)
def test_a_set_up_that_fails_is_said_to_have_failed(kept, name, reason):
    verdict = verdict_of(kept, name)
    assert (verdict.verdict, verdict.outcome, verdict.oracle) == (
        "inconclusive",
        "not_tried",
        "test",
    )
    assert verdict.reason.startswith(reason)


def test_what_a_set_up_has_recorded_is_kept(kept):
    for name in ("test_set_up_is_broken", "test_set_up_asserts"):
        recording = kept.recording(verdict_of(kept, name))
        assert recording is not None
        assert recording.is_file()
    assert not list(Path(kept.path, "recordings").glob("*.jsonl"))


def test_a_skipped_test_names_its_requirements(kept):
    assert verdict_of(kept, "test_is_skipped").requirements == ("ACC-1",)


def test_a_cell_that_was_not_begun_is_a_cell_that_nobody_tried(kept):
    plain, with_refuse = [v for v in kept.verdicts if v.path == "mechanical_key"]
    assert (plain.verdict, plain.outcome) == ("pass", "acted")
    assert (with_refuse.outage, with_refuse.verdict, with_refuse.outcome) == (
        "refuse", "inconclusive", "not_tried",
    )  # fmt: skip
    assert with_refuse.reason == "skipped before it began: no outages today"
