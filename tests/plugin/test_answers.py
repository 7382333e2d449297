"""A question whose answer nobody looks at proves nothing: such a test is never green."""

import pytest
from project_outside import Session

TESTS = """
    import pytest

    @pytest.fixture
    def opened(owner):
        owner.unlock("ble_key").opened_within(1.5)

    def test_forgets_to_assert(owner):
        owner.unlock("ble_key").opened_within(1.5)

    def test_keeps_it_and_forgets(owner):
        opened = owner.unlock("ble_key").opened_within(1.5)

    def test_trusts_a_fixture(opened):
        pass

    def test_is_told_no_by_a_wait(owner, cloud):
        with cloud.failing("refuse"):
            owner.begin("unlock", "cloud_app").reached("delivered", within_s=1)

    def test_forgets_to_call(owner):
        assert owner.unlock("ble_key").opened_within

    def test_forgets_to_call_with_not(owner, car):
        assert not car.awake

    def test_waits_for_a_step(owner):
        attempt = owner.begin("unlock", "cloud_app")
        attempt.reached("accepted", within_s=10)
        assert attempt.result().acted

    def test_asserts(owner):
        assert owner.unlock("ble_key").opened_within(1.5)

    def test_asserts_that_not(owner, cloud):
        with cloud.failing("refuse"):
            assert not owner.unlock("cloud_app").opened_within(1.5)

    def test_counts(owner):
        answers = [owner.unlock("ble_key").opened_within(1.5) for _ in range(3)]
        assert sum(answers) == 3
        assert answers == [True] * 3

    def test_combines(owner):
        assert owner.unlock("ble_key").opened_within(9) & owner.unlock("ble_key").opened_within(9)

    def test_shows_it(owner, record_property):
        record_property("opened", str(owner.unlock("ble_key").opened_within(1.5)))

    def test_fails_before_it_looks(owner):
        opened = owner.unlock("ble_key").opened_within(1.5)
        assert owner.name == "somebody else"
        assert opened
"""
FORGOTTEN = "nobody has looked at what opened_within(1.5) has answered: assert it"


@pytest.fixture(scope="module")
def session(tmp_path_factory) -> Session:
    return Session(tmp_path_factory.mktemp("answers"), TESTS)


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ("test_forgets_to_assert", FORGOTTEN),
        ("test_keeps_it_and_forgets", FORGOTTEN),
        ("test_trusts_a_fixture", FORGOTTEN),
        (
            "test_is_told_no_by_a_wait",
            'nobody has looked at what reached("delivered") has answered: assert it',
        ),
        ("test_forgets_to_call", "opened_within was not called: write opened_within(…)"),
        ("test_forgets_to_call_with_not", "awake was not called: write awake(…)"),
    ],
)
def test_an_answer_that_nobody_looks_at_makes_a_test_inconclusive_not_green(session, test, said):
    assert session.outcomes[test] == "INCONCLUSIVE"
    assert said in session.of(test)


@pytest.mark.parametrize(
    "test",
    [
        "test_waits_for_a_step", "test_asserts", "test_asserts_that_not", "test_counts",
        "test_combines", "test_shows_it",
    ],
)  # fmt: skip
def test_no_test_that_looks_is_blamed_and_none_that_waits(session, test):
    assert session.outcomes[test] == "PASSED"


def test_a_test_that_fails_before_it_looks_has_failed(session):
    assert session.outcomes["test_fails_before_it_looks"] == "FAILED"
