"""Several verdicts in one cell: the worst of them is seen."""

import pytest
from verdicts import verdict

from bench.judge.worst import LEGEND, letter, worst


@pytest.mark.parametrize(
    ("words", "said", "mark"),
    [
        (("pass", "pass"), "pass", "O"),
        (("pass", "fail", "inconclusive", "not_fitted"), "fail", "F"),
        (("pass", "inconclusive", "not_fitted"), "inconclusive", "?"),
        (("not_fitted", "pass"), "pass", "O"),
        (("not_fitted",), "not_fitted", "-"),
        ((), "not_fitted", "-"),
    ],
)
def test_the_worst_of_several_verdicts_stands_for_them(words, said, mark):
    listed = [verdict(word=word, outcome="acted") for word in words]
    assert (worst(listed), letter(listed)) == (said, mark)
    assert (said, mark) in [(word, sign) for word, sign, _ in LEGEND]


@pytest.mark.parametrize("outcome", ["refused", "no_effect", "twice"])
def test_one_pass_that_did_not_open_is_told_from_those_that_did(outcome):
    assert letter([verdict(), verdict(outcome=outcome)]) == "H"


@pytest.mark.parametrize("outcome", ["acted", "late", "not_tried"])
def test_what_opened_and_what_nobody_tried_is_marked_as_it_must_be(outcome):
    assert letter([verdict(outcome=outcome)]) == "O"
    assert letter([verdict(path="test", outcome="no_effect")]) == "O"
