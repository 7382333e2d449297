"""The contract of supplies: every model runs all of it."""

from collections.abc import Iterator

import pytest
from contract_subjects import Subject, make, names, opened, wire_names

from bench.errors import InstrumentFault, ReadbackMismatch

# what each model gives at most, in V and A; None: a simulated supply gives what it is told
MOST: dict[str, tuple[float, float] | None] = {
    "simulated": None,
    "rigol_dp832": (30.0, 3.0),
}


@pytest.fixture(params=names("supplies"))
def supply(request: pytest.FixtureRequest) -> Iterator[Subject]:
    """Each model of supply, open."""
    yield from opened("supplies", request.param)


@pytest.fixture(params=wire_names("supplies"))
def wired(request: pytest.FixtureRequest) -> Iterator[Subject]:
    """Each model that speaks to a device, open, its twin at the other end."""
    yield from opened("supplies", request.param)


def test_the_output_reads_back_what_it_was_told(supply):
    supply.device.set_voltage(13.5)
    assert supply.device.is_on() is False
    assert supply.device.set_output(on=True) is True
    assert supply.device.is_on() is True
    assert supply.device.set_output(on=False) is False
    assert supply.device.is_on() is False


def test_the_net_follows_the_output(supply):
    seen: list[int] = []
    supply.wiring.net("terminal_30").watch(lambda net, _cause: seen.append(net.mv))
    supply.device.set_voltage(13.5)
    supply.device.set_output(on=True)
    supply.device.set_voltage(9.25)
    supply.device.set_output(on=False)
    supply.device.set_voltage(12.0)
    assert seen == [13_500, 9_250, 0]


def test_the_voltage_that_is_set_is_measured(supply):
    supply.device.set_voltage(12.345)
    assert supply.device.measure_voltage() == 0.0
    supply.device.set_output(on=True)
    assert supply.device.measure_voltage() == pytest.approx(12.345, abs=0.001)
    supply.device.set_voltage(6.0)
    assert supply.device.measure_voltage() == pytest.approx(6.0, abs=0.001)


def test_the_current_that_is_drawn_is_measured_up_to_the_limit(supply):
    supply.wiring.net("terminal_30").load("lamp", 1_500)
    supply.device.set_voltage(13.5)
    supply.device.set_current_limit(2.0)
    assert supply.device.measure_current() == 0.0
    supply.device.set_output(on=True)
    assert supply.device.measure_current() == pytest.approx(1.5, abs=0.001)
    supply.device.set_current_limit(1.25)
    assert supply.device.measure_current() == pytest.approx(1.25, abs=0.001)
    supply.device.set_output(on=False)
    assert supply.device.measure_current() == 0.0


def test_safe_switches_off_from_any_state(supply):
    supply.device.set_voltage(13.5)
    for on in (False, True, False):
        supply.device.set_output(on=on)
        supply.device.safe()
        supply.device.safe()
        assert supply.device.is_on() is False
        assert supply.mv("kl30") == 0


@pytest.mark.parametrize("model", names("supplies"))
def test_more_than_the_model_gives_is_refused_and_changes_nothing(model):
    supply = make("supplies", model).device
    supply.open()
    supply.set_voltage(13.5)
    supply.set_current_limit(2.0)
    supply.setup.wiring.net("terminal_30").load("lamp", 2_500)
    supply.set_output(on=True)
    limits = MOST[model]
    too_many_volts, too_many_amperes = [-0.5, float("nan")], [-0.5, float("nan")]
    if limits is not None:
        too_many_volts.append(limits[0] + 0.001)
        too_many_amperes.append(limits[1] + 0.001)
    for volts in too_many_volts:
        with pytest.raises(InstrumentFault, match=rf"kl30.*V, not {volts:g}"):
            supply.set_voltage(volts)
    for amperes in too_many_amperes:
        with pytest.raises(InstrumentFault, match=rf"kl30.*A, not {amperes:g}"):
            supply.set_current_limit(amperes)
    assert supply.measure_voltage() == pytest.approx(13.5, abs=0.001)
    assert supply.measure_current() == pytest.approx(2.0, abs=0.001)
    supply.close()


@pytest.mark.parametrize("model", [name for name, most in MOST.items() if most is not None])
def test_exactly_what_the_model_gives_is_taken(model):
    supply = make("supplies", model).device
    supply.open()
    volts, amperes = MOST[model]
    supply.set_voltage(volts)
    supply.set_current_limit(amperes)
    supply.set_output(on=True)
    assert supply.measure_voltage() == pytest.approx(volts, abs=0.001)
    supply.close()


def test_closing_the_connection_leaves_the_output_as_it_is(supply):
    supply.device.set_voltage(13.5)
    supply.device.set_output(on=True)
    supply.device.close()
    assert supply.mv("kl30") == 13_500
    supply.device.open()
    assert supply.device.is_on() is True


# ── with a device at the other end of a wire ──────────────────────────────────────────────


def test_an_output_that_does_not_follow_is_a_mismatch(wired):
    wired.twin.stuck.add(1)
    with pytest.raises(ReadbackMismatch, match=r"kl30.*output 1 should be on"):
        wired.device.set_output(on=True)


def test_an_output_that_stays_on_fails_safe_and_is_named(wired):
    wired.device.set_voltage(13.5)
    wired.device.set_output(on=True)
    wired.twin.stuck.add(1)
    with pytest.raises(InstrumentFault, match=r"kl30.*output 1 should be off"):
        wired.device.safe()
    assert wired.device.is_on() is True
    wired.twin.stuck.clear()
    wired.device.safe()
    assert wired.device.is_on() is False


def test_a_measurement_that_is_no_number_is_a_fault(wired):
    wired.twin.garbage = b"OVERLOAD\n"
    for measure in (wired.device.measure_voltage, wired.device.measure_current):
        with pytest.raises(InstrumentFault, match=r"kl30.*OVERLOAD"):
            measure()


@pytest.mark.parametrize("model", wire_names("supplies"))
def test_the_other_outputs_do_not_move(model):
    second = make("supplies", model, {"kl30": 2})
    second.device.open()
    second.device.set_voltage(13.5)
    second.device.set_output(on=True)
    assert second.mv("kl30") == 13_500
    assert [number for number, on in second.twin.on.items() if on] == [2]
    second.device.safe()
    assert not any(second.twin.on.values())
    second.device.close()


@pytest.mark.parametrize("model", wire_names("supplies"))
def test_an_output_that_the_model_does_not_have_is_refused(model):
    wrong = make("supplies", model, {"kl30": 99})
    with pytest.raises(InstrumentFault, match=r"kl30: channel = 99"):
        wrong.device.open()
