"""What a report says of the names that stand in it."""

from typing import get_args

import pytest
from reading import Read
from verdicts import verdict

from bench.access.choosing.campaign_phase import phases
from bench.access.path import paths
from bench.evidence.stored_run import read_stored_run
from bench.faults.injector import faults
from bench.judge.asking import oracles
from bench.judge.verdict import Judgement
from bench.registry import summary
from bench.report.glossary import STAMPS, about, glossary
from bench.report.page import make_report
from bench.station.defects import defects
from bench.station.stamp import Stamp


@pytest.mark.parametrize("things", [faults, paths, phases, oracles, defects])
def test_a_sentence_is_read_as_it_would_be_imported(things):
    names = things().names()
    assert {n: things().sentence_of(n) for n in names} == {
        n: summary(things().get(n)) for n in names
    }


def test_a_name_that_there_is_not_has_no_sentence():
    assert faults().sentence_of("http_statuz") == ""


def test_every_name_of_a_verdict_is_explained_once():
    listed = [
        verdict("ble_key", "http_status:status=503+latency:delay_s=2@recovery", phase="recovery",
                judgements=(Judgement("independence", "pass", "as without"),)),
        verdict("ble_key", "latency", owner="phone_and_fob"),
        verdict("my_path", "my_outage"),
        verdict("cloud_app", "gwm-2025-03-21"),
    ]  # fmt: skip
    told = {kind: [name for name, _ in names] for kind, names in glossary(listed)}
    assert told == {
        "ways in": ["ble_key", "cloud_app"],
        "owners": ["phone_only", "phone_and_fob"],
        "failures": ["http_status", "latency", "gwm-2025-03-21"],
        "phases of an outage": ["recovery", "down"],
        "oracles, which judge": ["independence"],
    }


def test_the_report_ends_with_what_its_names_mean(run):
    text = Read(make_report(read_stored_run(run))).text
    assert "What the names in this report mean" in text
    assert "a charged phone, nothing else" in text
    assert "A local path does not notice that the cloud has failed." in text
    assert "The car opens to a phone only with a fresh ticket" in text  # a defect of this car


def test_the_report_begins_with_what_outage_car_and_stamp_are(run):
    assert about({"what": "gwm-2025-03-21"}).startswith("The outage gwm-2025-03-21: GWM: an hour")
    text = Read(make_report(read_stored_run(run))).text
    assert "The car cloud_bound_key: a phone key that needs a live cloud session" in text
    assert "The stamp simulated: car, cloud and instruments are programs" in text


def test_every_stamp_is_explained_and_a_name_of_ones_own_says_nothing():
    assert set(STAMPS) == set(get_args(Stamp))
    assert about({"what": "my_outage", "car": "my_car"}) == ""
