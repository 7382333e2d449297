"""What a run names as failed or doubtful."""

from verdicts import verdict

from bench.judge.troubles import troubles
from bench.judge.verdict import TEST


def told(*verdicts):
    return [(t.word, t.path, t.outage, t.count) for t in troubles(verdicts)]


def test_what_is_no_pass_is_named_once_and_the_worst_first():
    assert told(
        verdict("keypad", "x", "inconclusive"), verdict("ble_key", "x"),
        verdict("rke_fob", "x", "fail"), verdict("voice", None, "not_fitted"),
    ) == [("fail", "rke_fob", "x", 1), ("inconclusive", "keypad", "x", 1)]  # fmt: skip


def test_what_went_wrong_alike_is_one_trouble_of_several_owners_and_intents():
    [found] = troubles([
        verdict("ble_key", "x", "fail", owner="a"),
        verdict("ble_key", "x", "fail", owner="b", intent="start"),
    ])  # fmt: skip
    assert (found.owners, found.intents, found.count) == (("a", "b"), ("unlock", "start"), 2)
    assert found.carried == "a, b, 2 verdicts"


def test_other_failures_other_oracles_and_other_tests_are_other_troubles():
    different = [
        verdict("ble_key", "x", "fail"), verdict("ble_key", "y", "fail"),
        verdict("ble_key", "x", "fail", oracle="honest_claims"),
        verdict(TEST, None, "fail", scenario="test_a"),
        verdict(TEST, None, "fail", scenario="test_b"),
    ]  # fmt: skip
    assert len(told(*different)) == len(different)
