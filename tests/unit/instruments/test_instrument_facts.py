"""What is said of models of instruments is what their drivers know."""

import pytest

from bench.cli.catalogue import catalogue
from bench.instruments.facts import facts
from bench.instruments.models import KINDS, models

WIRED = [(kind, name) for kind in KINDS for name in models(kind).names() if name != "simulated"]


@pytest.mark.parametrize(("kind", "name"), WIRED)
def test_every_model_says_what_a_bench_has_to_know_of_it(kind, name):
    said = facts(models(kind).get(name))
    assert {"readback", "between commands", "tried on the device"} < set(said)
    assert said["tried on the device"] == "no", "who tried it, when, with which firmware?"
    assert set(said) & {"channels", "outputs", "lines"}
    assert ("after a loss of power" in said) is (kind != "meters")


@pytest.mark.parametrize("kind", KINDS)
def test_a_simulated_model_has_no_wire_and_no_facts(kind):
    assert facts(models(kind).get("simulated")) == {}


def fact(kind: str, name: str, what: str) -> str:
    return facts(models(kind).get(name))[what]


def test_commanded_and_verified_are_different_words():
    assert fact("relays", "lcus_silent", "readback") == "none: commanded, never verified"
    assert fact("relays", "lcus", "readback") == "its register: verified"


def test_relays_that_stay_as_they_are_without_power_are_said_to_latch():
    assert fact("relays", "devantech_usb_rly16l", "contact") == "see its data sheet, latching"
    assert fact("relays", "waveshare_modbus_relay", "contact") == "10 A"


@pytest.mark.parametrize(
    ("name", "feeds"),
    [
        ("rigol_dp832", "no: 3 A"),
        ("korad_ka3005p", "a small one: 5 of 10 A"),
        ("rohde_schwarz_hmp4040", "yes"),
    ],
)
def test_a_supply_says_whether_it_feeds_a_stalled_lock_motor(name, feeds):
    assert fact("supplies", name, "feeds a stalled lock motor") == feeds


def test_the_list_of_models_says_the_facts():
    rows = dict(catalogue("models"))
    assert "tried on the device: no" in rows["relays/denkovi_usb16"]
    assert "between commands: 50 ms" in rows["relays/denkovi_usb16"]
    assert "outputs: 1: 30 V 3 A" in rows["supplies/rigol_dp832"]
