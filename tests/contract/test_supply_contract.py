"""The contract of supplies: every model runs all of it."""

from collections.abc import Iterator

import pytest
from contract_subjects import (
    WIRES,
    Subject,
    everywhere,
    make,
    on_every_wire,
    opened,
    unopened,
    wire_names,
)

from bench.errors import InstrumentFault, ReadbackMismatch


@pytest.fixture(params=everywhere("supplies"))
def supply(request: pytest.FixtureRequest) -> Iterator[Subject]:
    """Each model of supply, open, over each transport."""
    yield from opened(*request.param)


@pytest.fixture(params=on_every_wire("supplies"))
def wired(request: pytest.FixtureRequest) -> Iterator[Subject]:
    """Each model that speaks to a device, open, its twin at the other end."""
    yield from opened(*request.param)


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
    assert supply.device.measure_voltage() == pytest.approx(12.345, abs=0.006)
    supply.device.set_voltage(6.0)
    assert supply.device.measure_voltage() == pytest.approx(6.0, abs=0.001)


def test_the_current_that_is_drawn_is_measured_up_to_the_limit(supply):
    supply.wiring.net("terminal_30").load("lamp", 900)
    supply.device.set_voltage(13.5)
    supply.device.set_current_limit(1.0)
    assert supply.device.measure_current() == 0.0
    supply.device.set_output(on=True)
    assert supply.device.measure_current() == pytest.approx(0.9, abs=0.001)
    supply.device.set_current_limit(0.75)
    assert supply.device.measure_current() == pytest.approx(0.75, abs=0.001)
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


def test_more_than_the_model_gives_is_refused_and_changes_nothing(supply):
    device = supply.device
    device.set_voltage(13.5)
    device.set_current_limit(1.0)
    supply.wiring.net("terminal_30").load("lamp", 1_250)
    device.set_output(on=True)
    too_many_volts, too_many_amperes = [-0.5, float("nan")], [-0.5, float("nan")]
    if supply.twin is not None:  # a simulated supply gives what it is told
        too_many_volts.append(supply.wire.most[0] + 0.01)
        too_many_amperes.append(supply.wire.most[1] + 0.01)
    for volts in too_many_volts:
        with pytest.raises(InstrumentFault, match=rf"kl30.*V, not {volts:g}"):
            device.set_voltage(volts)
    for amperes in too_many_amperes:
        with pytest.raises(InstrumentFault, match=rf"kl30.*A, not {amperes:g}"):
            device.set_current_limit(amperes)
    assert device.measure_voltage() == pytest.approx(13.5, abs=0.011)
    assert device.measure_current() == pytest.approx(1.0, abs=0.001)


def test_exactly_what_the_model_gives_is_taken(wired):
    volts, amperes = wired.wire.most
    wired.device.set_voltage(volts)
    wired.device.set_current_limit(amperes)
    wired.device.set_output(on=True)
    assert wired.device.measure_voltage() == pytest.approx(volts, abs=0.011)
    wired.wiring.net("terminal_30").load("everything", 1_000_000)
    assert wired.device.measure_current() == pytest.approx(amperes, abs=0.001)


def test_a_supply_that_cannot_feed_a_lock_motor_says_so(wired):
    """A lock motor stalls at 5 to 10 A."""
    if wired.wire.most[1] >= 10.0:
        wired.device.set_current_limit(10.0)
        return
    with pytest.raises(InstrumentFault) as refused:
        wired.device.set_current_limit(10.0)
    weak = wired.wire.most[1] < 5.0
    assert ("a lock motor stalls at 5 to 10 A" in str(refused.value)) is weak


def test_closing_the_connection_leaves_the_output_as_it_is(supply):
    supply.device.set_voltage(13.5)
    supply.device.set_output(on=True)
    supply.device.close()
    assert supply.mv("kl30") == 13_500
    supply.device.open()
    assert supply.device.is_on() is True


# ── protections ───────────────────────────────────────────────────────────────────────────


def test_above_its_protection_the_output_goes_off_and_stays_off(supply):
    if not supply.wire.ovp:
        with pytest.raises(InstrumentFault, match=r"kl30.*over-voltage.*by hand"):
            supply.device.protect(5.5, over_current=False)
        return
    supply.device.set_voltage(5.0)
    supply.device.protect(5.5, over_current=False)
    assert supply.device.set_output(on=True) is True
    supply.device.set_voltage(5.6)
    assert supply.device.is_on() is False
    assert supply.mv("kl30") == 0
    with pytest.raises(ReadbackMismatch, match=r"kl30.*output.*should be on"):
        supply.device.set_output(on=True)
    supply.device.set_voltage(5.0)
    assert supply.device.set_output(on=True) is True


def test_at_its_current_limit_a_protected_output_goes_off_and_stays_off(supply):
    if not supply.wire.ocp:
        with pytest.raises(InstrumentFault, match=r"kl30.*over-current.*by hand"):
            supply.device.protect(None, over_current=True)
        return
    supply.device.set_voltage(5.0)
    supply.device.set_current_limit(1.0)
    supply.device.protect(None, over_current=True)
    supply.device.set_output(on=True)
    supply.wiring.net("terminal_30").load("lamp", 900)
    assert supply.device.is_on() is True
    supply.wiring.net("terminal_30").load("motor", 200)
    assert supply.device.is_on() is False
    assert supply.mv("kl30") == 0


def test_without_protection_the_limit_holds_the_output_on(supply):
    supply.device.set_voltage(5.0)
    supply.device.set_current_limit(1.0)
    supply.device.set_output(on=True)
    supply.wiring.net("terminal_30").load("motor", 5_000)
    assert supply.device.is_on() is True


# ── with a device at the other end of a wire ──────────────────────────────────────────────


def test_an_output_that_does_not_follow_is_a_mismatch(wired):
    wired.twin.stuck.add(wired.wire.output)
    with pytest.raises(ReadbackMismatch, match=r"kl30.*output . should be on"):
        wired.device.set_output(on=True)


def test_an_output_that_stays_on_fails_safe_and_is_named(wired):
    wired.device.set_voltage(13.5)
    wired.device.set_output(on=True)
    wired.twin.stuck.add(wired.wire.output)
    with pytest.raises(InstrumentFault, match=r"kl30.*output . should be off"):
        wired.device.safe()
    assert wired.device.is_on() is True
    wired.twin.stuck.clear()
    wired.device.safe()
    assert wired.device.is_on() is False


@pytest.mark.parametrize("said", ["OVERLOAD", "NAN     "])
def test_a_measurement_that_is_no_number_is_a_fault(wired, said):
    wired.twin.garbage = f"{said}\r\n".encode()
    for measure in (wired.device.measure_voltage, wired.device.measure_current):
        with pytest.raises(InstrumentFault, match=rf"kl30.*{said[:5].strip()}"):
            measure()


# all but those whose answers have a fixed width, in which it has no room
IN_SCPI = [name for name in wire_names("supplies") if not name.startswith("korad_")]


@pytest.mark.parametrize("model", IN_SCPI)
@pytest.mark.parametrize("said", ["9.9E37", "+9.91E+37", "-9.9E37", "inf"])
def test_what_scpi_has_for_infinity_is_no_measurement(model, said):
    for supply in unopened("supplies", model, "memory"):
        supply.device.open()
        supply.twin.garbage = said.encode() + supply.device.end
        for measure in (supply.device.measure_voltage, supply.device.measure_current):
            with pytest.raises(InstrumentFault, match=r"kl30.*beyond its range, or no reading"):
                measure()


WITH_OTHERS = [name for name in wire_names("supplies") if WIRES[name].other is not None]


@pytest.mark.parametrize("model", WITH_OTHERS)
def test_the_other_outputs_do_not_move(model):
    other = WIRES[model].other
    for second in unopened("supplies", model, "memory", channels={"kl30": other}):
        second.device.open()
        second.device.set_voltage(13.5)
        second.device.set_output(on=True)
        assert second.mv("kl30") == 13_500
        assert [number for number, on in second.twin.on.items() if on] == [other]
        second.device.safe()
        assert not any(second.twin.on.values())


@pytest.mark.parametrize("model", wire_names("supplies"))
def test_an_output_that_the_model_does_not_have_is_refused(model):
    wrong = make("supplies", model, {"kl30": 99})
    with pytest.raises(InstrumentFault, match=r"kl30: channel = 99"):
        wrong.device.open()


def test_an_output_that_others_had_marked_does_not_come_on_with_ours():
    """`OUTP:GEN 1` of an HMP feeds every marked output."""
    for ours in opened("supplies", "rohde_schwarz_hmp4040"):
        ours.twin.receive(b"INST:NSEL 3;:VOLT 24.0;:OUTP:SEL 1\n")
        ours.device.set_output(on=True)
        assert [number for number, on in ours.twin.on.items() if on] == [1]


def test_an_output_that_others_use_stays_on_when_ours_goes_off():
    for ours in opened("supplies", "rohde_schwarz_hmp4040"):
        ours.device.set_output(on=True)
        ours.twin.receive(b"INST:NSEL 3;:OUTP:SEL 1\n")
        ours.device.safe()
        assert [number for number, on in ours.twin.on.items() if on] == [3]


def test_the_output_that_others_have_selected_is_not_taken_for_ours():
    for ours in opened("supplies", "rohde_schwarz_hmp4040"):
        ours.twin.receive(b"INST:NSEL 3\n")
        ours.device.set_voltage(13.5)
        ours.twin.receive(b"INST:NSEL 3\n")
        assert ours.device.set_output(on=True) is True
        ours.twin.receive(b"INST:NSEL 3\n")
        assert ours.device.measure_voltage() == pytest.approx(13.5)
        assert ours.twin.volts[3] == 0.0


def test_an_error_that_a_genesys_answers_is_a_fault():
    for supply in opened("supplies", "tdk_lambda_genesys"):
        supply.twin.garbage = b"E04\r"
        with pytest.raises(InstrumentFault, match=r"kl30.*PV 13.500 is refused: E04"):
            supply.device.set_voltage(13.5)


def test_nothing_that_a_supply_is_told_resets_or_saves_anything():
    """`*RST` can hang a LAN and `RST` raises a protection; `*SAV` was seen to crash firmware."""
    models = wire_names("supplies")
    assert len(models) >= 5
    for model in models:
        for supply in opened("supplies", model):
            heard: list[bytes] = []
            execute = supply.twin.execute
            supply.twin.execute = lambda command, execute=execute, heard=heard: (
                heard.append(command) or execute(command)
            )
            supply.device.set_output(on=True)
            supply.device.safe()
            assert heard
            assert not [command for command in heard if b"RST" in command or b"SAV" in command]
