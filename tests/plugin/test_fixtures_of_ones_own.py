"""What a project's own fixtures do with the bench: before the test, around it, and too late."""

import pytest
from project_outside import Session

TESTS = """
    import pytest

    @pytest.fixture
    def cloud_down(cloud):
        with cloud.failing("http_status:status=503"):
            yield

    @pytest.fixture
    def never_met(cloud):
        with cloud.failing("http_status:share=0.0"):
            yield

    @pytest.fixture
    def door_open(relays, can):
        with can.body.restbus(senders=["PEPS"]), relays.door_driver_open.closed():
            yield

    @pytest.fixture
    def cleans_up(owner):
        yield
        owner.lock("ble_key")

    def test_around(cloud_down, door_open, owner, bench):
        bench.wait(30)
        assert owner.unlock("ble_key").acted

    def test_around_and_idle(cloud_down):
        pass

    def test_around_and_fails(cloud_down):
        assert False

    def test_around_and_never_met(never_met):
        pass

    def test_too_late(cleans_up):
        pass
"""


@pytest.fixture(scope="module")
def session(tmp_path_factory) -> Session:
    return Session(tmp_path_factory.mktemp("fixtures"), TESTS)


@pytest.mark.parametrize(
    ("test", "outcome"),
    [
        ("test_around", "PASSED"),
        ("test_around_and_idle", "PASSED"),
        ("test_around_and_fails", "FAILED"),
        ("test_around_and_never_met", "INCONCLUSIVE"),
    ],
)
def test_a_block_that_a_fixture_enters_ends_with_the_test_as_one_inside_it(session, test, outcome):
    assert session.outcomes[test] == outcome
    assert f"ERROR at teardown of {test} _" not in session.said
    assert "fault cleared: http_status, met 1 time" in session.of("test_around_and_fails")


def test_a_clean_up_that_comes_too_late_is_told_that_none_is_needed(session):
    assert "ERROR at teardown of test_too_late" in session.said
    assert ">       owner.lock(" in session.said
    assert "the bench is closed: its scenario ends with the test" in session.said
    assert "never awaited" not in session.said
