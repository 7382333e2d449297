"""Contacts, wires and the shapes of supplies by themselves."""

import math
import re

import pytest

from bench.config.contact import Contact
from bench.config.validation import Section, check
from bench.errors import ConfigError
from bench.faults.dip_profile import (
    ProfileFile,
    duration_s,
    load_profile,
    points,
    profile_names,
    shortest_s,
)
from bench.wiring.contacts import attach
from bench.wiring.nets import Wiring


class OneChannel(Section):
    """A section with one channel."""

    channel: Contact


def contact(**said: object) -> Contact:
    """Return a contact as a bench file says it."""
    return check(OneChannel, {"channel": {"channel": 1, **said}}, source="bench.toml").channel


# ── what a bench file may say of a contact ────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("said", "energised_closed", "rest", "de_energised"),
    [
        ({}, True, "open", "open"),
        ({"contact": "nc", "opens": "ground_bcm"}, False, "closed", "closed"),
        ({"shorts": "handle_driver", "to": "ground"}, True, "open", "open"),
        ({"contact": "nc", "safe": "closed"}, False, "open", "closed"),
        ({"opens": "ground_bcm", "safe": "open"}, True, "closed", "open"),
    ],
)
def test_a_contact_knows_how_it_stands(said, energised_closed, rest, de_energised):
    found = contact(**said)
    assert found.energised(closed=True) is energised_closed
    assert found.energised(closed=False) is not energised_closed
    assert (found.rest, found.de_energised) == (rest, de_energised)


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"contact": "nc"}, "closed when the bench is safe or dead, and open at rest"),
        ({"opens": "ground_bcm"}, 'or say safe = "open" if the car may see that'),
        ({"contact": "nc", "safe": "open"}, "is then closed, not open"),
        ({"shorts": "handle_driver"}, "a short is between two"),
        ({"to": "ground"}, "a short is between two"),
        ({"opens": "a", "shorts": "b", "to": "ground"}, "either opens a wire or shorts it"),
        ({"contact": "changeover"}, "known: nc, no"),
    ],
)
def test_a_contact_that_cannot_be_meant_is_an_error_that_says_why(said, says):
    with pytest.raises(ConfigError, match=says):
        contact(**said)


# ── wires ─────────────────────────────────────────────────────────────────────────────────


def wired(**said: object) -> tuple[Wiring, str]:
    """Return a car of two wires with a contact, and the net of its coil."""
    wiring = Wiring()
    for name in ("signal", "supply"):
        wiring.net(name)
    return wiring, attach(wiring, "board.fault", contact(**said), "signal", "bench.toml")


def test_an_open_wire_shows_nothing_of_its_sources_and_all_of_them_when_it_is_whole_again():
    wiring, coil = wired(contact="nc", opens="signal")
    seen: list[int] = []
    signal = wiring.net("signal")
    signal.watch(lambda net, _cause: seen.append(net.mv))
    signal.drive("unit", 12_000)
    wiring.net(coil).drive("board", 12_000)
    signal.drive("unit", 5_000)
    wiring.net(coil).drive("board", 0)
    assert seen == [12_000, 0, 5_000]


def test_a_wire_at_ground_draws_what_its_supply_gives_and_shows_nothing():
    wiring, coil = wired(shorts="signal", to="ground")
    signal = wiring.net("signal")
    signal.load("lamp", 200)
    signal.drive("unit", 12_000)
    assert (signal.mv, signal.ma) == (12_000, 200)
    wiring.net(coil).drive("board", 12_000)
    assert signal.mv == 0
    assert signal.ma > 10_000


def test_a_wire_that_touches_another_follows_it_as_long_as_they_touch():
    wiring, coil = wired(shorts="signal", to="supply")
    signal, supply = wiring.net("signal"), wiring.net("supply")
    wiring.net(coil).drive("board", 12_000)
    seen: list[int] = []
    signal.watch(lambda net, _cause: seen.append(net.mv))
    supply.drive("kl30", 13_500)
    supply.drive("kl30", 9_000)
    wiring.net(coil).drive("board", 0)
    supply.drive("kl30", 13_500)
    assert seen == [13_500, 9_000, 0]


def test_a_contact_in_a_wire_that_the_car_has_not_names_the_nearest():
    with pytest.raises(ConfigError, match=r'bench\.toml: no net "signl": did you mean "signal"'):
        wired(contact="nc", opens="signl")
    with pytest.raises(ConfigError, match=r'no net "grund": did you mean "ground"'):
        wired(shorts="signal", to="grund")


# ── shapes of a supply ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", profile_names())
def test_a_profile_says_whose_shape_it_is_and_what_of_it_is_the_benchs_own(name):
    profile = load_profile(name)
    assert profile.standard.startswith(("ISO 16750-2", "none: "))
    assert profile.source
    assert profile.own


@pytest.mark.parametrize("name", profile_names())
def test_a_profile_is_followed_in_order_and_ends_in_time(name):
    profile = load_profile(name)
    track = points(profile, 0.0)
    times = [point.at_s for point in track]
    assert times == sorted(times)
    assert times[-1] <= duration_s(profile)
    held = [point.volts for point in track if point.held]
    assert held == [segment.volts for segment in profile.segments]


@pytest.mark.parametrize(
    ("line", "says"),
    [("hold_s = 0.0", "segments: none of them lasts: give one a ramp_s or a hold_s above 0"),
     ("hold_s = 0.0\nripple_v = 1.0", "segments: none of them lasts"),
     ("hold_s = -1.0", "segments.0.hold_s: -1.0 is not right"),
     ("hold_s = inf", "segments.0.hold_s: inf is not right")],
)  # fmt: skip
def test_a_profile_of_ones_own_that_takes_no_time_is_refused_with_its_file(tmp_path, line, says):
    about = "".join(f'{key} = "own"\n' for key in ("summary", "standard", "source", "own"))
    file = tmp_path / "own.toml"
    file.write_text(f"{about}base_v = 12.0\n[[segments]]\nvolts = 6.0\n{line}\n")
    with pytest.raises(ConfigError, match=rf"own\.toml: {re.escape(says)}"):
        load_profile("own.toml", tmp_path)


def test_a_slow_supply_is_given_fewer_steps_and_the_same_levels():
    profile = load_profile("brown_out")
    fast, slow = points(profile, 0.0), points(profile, 0.05)
    assert len(slow) < len(fast) / 5
    assert [p for p in slow if p.held] == [p for p in fast if p.held]
    assert shortest_s(profile) == pytest.approx(0.2)


def shape(base_v: float, **segment: float) -> ProfileFile:
    """Return a profile of one segment."""
    about = dict.fromkeys(("summary", "standard", "source", "own"), "own")
    return ProfileFile.model_validate({**about, "base_v": base_v, "segments": [segment]})


def test_a_ramp_is_a_straight_line_in_steps_that_the_supply_can_follow():
    track = points(shape(12.0, volts=6.0, ramp_s=0.1, hold_s=1.0), 0.02)
    assert [point.volts for point in track] == pytest.approx([10.8, 9.6, 8.4, 7.2, 6.0])
    assert [point.at_s for point in track] == pytest.approx([0.02, 0.04, 0.06, 0.08, 0.1])


def test_a_ripple_is_a_sine_of_its_own_height_and_frequency_about_its_level():
    profile = shape(12.0, volts=10.0, hold_s=1.0, ripple_v=2.5, ripple_hz=4.0)
    level, *ripple = points(profile, 0.0)
    assert (level.volts, level.held) == (10.0, True)
    assert len(ripple) == 63, "sixteen a period, but none where the level itself is set"
    for number, point in enumerate(ripple, 1):
        assert point.at_s == pytest.approx(number / 64)
        assert point.volts == pytest.approx(10 + 1.25 * math.sin(math.tau * number / 16), abs=6e-4)
    assert shortest_s(profile) == pytest.approx(1 / 16), "from its level to its height"


def test_a_profile_of_ones_own_is_read_and_checked(tmp_path):
    file = tmp_path / "mine.toml"
    head = 'summary = "s"\nstandard = "none: mine"\nsource = "s"\nown = "o"\nbase_v = 12.0\n'
    file.write_text(f"{head}[[segments]]\nvolts = 7.0\nhold_s = 0.5\n")
    assert duration_s(load_profile(str(file))) == pytest.approx(0.5)
    file.write_text(f"{head}[[segments]]\nvolts = -7.0\nhold_s = 0.5\n")
    with pytest.raises(ConfigError, match=r"mine.toml.*volts"):
        load_profile(str(file))
