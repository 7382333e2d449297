"""What a selection is divided into among processes."""

import pytest

from bench.access.choosing.choice import Choice
from bench.access.choosing.selection import Selection, campaign
from bench.access.share import shares
from bench.car.model import load_car


@pytest.fixture(scope="module")
def selection(tmp_path_factory) -> Selection:
    model = load_car("sound", tmp_path_factory.mktemp("cars"))
    faults = ["nxdomain", "refuse", "latency", "stall", "http_status"]
    return campaign(model, Choice(faults=faults), seed=1)


@pytest.mark.parametrize("workers", [1, 2, 3, 8])
def test_shares_hold_every_scenario_once(selection, workers):
    divided = [s.id for share in shares(selection.groups, workers) for s in share.scenarios]
    whole = [s.id for group in selection.groups for s in group.scenarios()]
    assert sorted(divided) == sorted(whole)


@pytest.mark.parametrize("workers", [1, 2, 3, 8])
def test_no_share_comes_before_the_baseline_that_it_is_judged_against(selection, workers):
    seen: set[str] = set()
    for share in shares(selection.groups, workers):
        if share.baseline is None:
            seen |= {scenario.id for scenario in share.scenarios}
        else:
            assert share.baseline.id in seen
            assert all(s.path == share.baseline.path for s in share.scenarios)


def test_few_groups_keep_more_workers_busy(selection):
    divided = shares(selection.groups[:1], 4)
    assert [len(share.scenarios) for share in divided] == [1, 1, 1, 1, 1, 1]
