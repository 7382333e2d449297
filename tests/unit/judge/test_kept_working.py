"""What went on working in an outage, by its sources: whether it does so here."""

from dataclasses import replace

import pytest
from verdicts import verdict

from bench.judge.kept_working import kept_working

USUAL = verdict()
HELPED = verdict(outage="x")
LOST = replace(HELPED, helpless=((0, 60),), reason="it did not open")
DOUBTFUL = replace(HELPED, verdict="inconclusive")


@pytest.mark.parametrize(
    ("run", "said"),
    [
        ([USUAL, HELPED], "ble_key: so here, too"),
        ([USUAL, HELPED, LOST], "ble_key: not here (phone_only, unlock: it did not open)"),
        ([USUAL, HELPED, DOUBTFUL], "ble_key: not known here"),
        ([USUAL, LOST, DOUBTFUL], "ble_key: not here (phone_only, unlock: it did not open)"),
        ([USUAL], "ble_key: not known here"),
        ([], "ble_key: not known here"),
        ([USUAL, replace(HELPED, path="nfc_card")], "ble_key: not known here"),
        ([USUAL, replace(HELPED, outcome="not_tried")], "ble_key: not known here"),
        ([replace(USUAL, helpless=((0, 60),)), LOST], "ble_key: so here, too"),
        ([replace(USUAL, helpless=((0, 60),), owner="b"), LOST],
         "ble_key: not here (phone_only, unlock: it did not open)"),
    ],
)  # fmt: skip
def test_a_path_kept_working_where_it_helped_all_through_as_it_did_without_the_outage(run, said):
    assert [str(each) for each in kept_working(["ble_key"], run)] == [said]
