"""A test lets its owner act again as soon as the first act is settled: a sound car obeys both."""

import pytest

from bench.access.handles.bench import Bench, make_setup
from bench.access.path import get_path, paths
from bench.config.bench_file import DEFAULT
from bench.judge.judge import first_bad
from bench.judge.own_test import judgements_on
from bench.owner.person import PLACES_M

NEXT = {"unlock": ("start", "lock"), "lock": ("unlock",), "start": ("stop",)}
ACTS = [
    (path, intent, then)
    for path in paths().names()
    for intent, follows in NEXT.items()
    for then in follows
    if {intent, then} <= set(get_path(path).serves)
]


@pytest.mark.parametrize(("path", "intent", "then"), ACTS)
def test_a_sound_car_obeys_two_acts_of_one_key_one_after_the_other(path, intent, then):
    setup = make_setup(DEFAULT, owner=get_path(path).owner, locked=intent == "unlock")
    bench = Bench(setup).open()
    first = getattr(bench.owner, intent)(path)
    second = getattr(bench.owner, then)(path)
    acted = first.acted, second.acted
    recording = bench.close()
    assert acted == (True, True), second.story()
    assert first_bad(judgements_on(recording)) is None


def test_two_acts_that_a_test_wants_at_once_are_at_once():
    with Bench(make_setup(DEFAULT)) as bench:
        first = bench.owner.begin("unlock", "cloud_app")
        assert first.reached("executed", within_s=60)
        now_s = bench.now_s
        bench.owner.begin("unlock", "ble_key")
        assert bench.now_s == now_s


def test_who_goes_away_while_a_card_is_read_is_away_with_it():
    with Bench(make_setup(DEFAULT, owner="phone_and_card")) as bench:
        bench.owner.begin("unlock", "nfc_card")
        bench.owner.go("away")
        bench.wait(1)
        assert bench.station.owner.card.place.distance_m == PLACES_M["away"]
