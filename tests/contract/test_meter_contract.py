"""The contract of meters and inputs: every model runs all of it, over every transport."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from contract_subjects import Subject, everywhere, make, names, on_every_wire, opened, wire_names

from bench.errors import InstrumentFault
from bench.instruments.line_reader import DigitalInputs

MOTOR_MV = 12_000  # a digital input knows this and nothing, so all models read the same


def digital(model: str) -> bool:
    return issubclass(type(make("meters", model).device), DigitalInputs)


INPUTS = [model for model in wire_names("meters") if digital(model)]


@pytest.fixture(params=everywhere("meters"))
def meter(request: pytest.FixtureRequest) -> Iterator[Subject]:
    """Each model of meter, open, over each transport."""
    yield from opened(*request.param)


@pytest.fixture(params=on_every_wire("meters"))
def wired(request: pytest.FixtureRequest) -> Iterator[Subject]:
    """Each model that speaks to a device, open."""
    yield from opened(*request.param)


def look(meter: Subject) -> None:
    """Ask a meter that has to be asked."""
    if meter.device.poll_s:
        meter.device.tell(meter.device.sample())


def test_a_line_reads_as_its_net_is_driven(meter):
    assert meter.device.read("lock_motor_driver") == 0.0
    meter.wiring.net("motor_line").drive("bcm", MOTOR_MV)
    assert meter.device.read("lock_motor_driver") == pytest.approx(12.0)
    sample = meter.device.sample()
    assert sample.pop("lock_motor_driver") == pytest.approx(12.0)
    assert set(sample.values()) <= {0.0}


def test_a_watcher_is_told_of_every_change_once(meter):
    told: list[tuple[str, float]] = []
    meter.device.watch(lambda line, volts, _cause: told.append((line, volts)))
    look(meter)
    told.clear()
    for mv in (MOTOR_MV, MOTOR_MV, 0):
        meter.wiring.net("motor_line").drive("bcm", mv)
        look(meter)
    assert told == [("lock_motor_driver", pytest.approx(12.0)), ("lock_motor_driver", 0.0)]


def test_simulated_inputs_tell_the_cause():
    told: list[int | None] = []
    for meter in opened("meters", "simulated", "none"):
        meter.device.watch(lambda _line, _volts, cause: told.append(cause))
        meter.wiring.net("motor_line").drive("bcm", MOTOR_MV, cause=7)
        meter.wiring.net("latch_driver").drive("lock", 12_000, cause=9)
        assert told == [7, 9]


def test_an_unknown_line_is_refused_and_the_nearest_named(meter):
    with pytest.raises(InstrumentFault, match=r'locks.*"lock_motor_drivr".*"lock_motor_driver"'):
        meter.device.read("lock_motor_drivr")


def test_safe_changes_nothing(meter):
    meter.wiring.net("motor_line").drive("bcm", MOTOR_MV)
    meter.device.safe()
    assert meter.device.read("lock_motor_driver") == pytest.approx(12.0)


def test_a_meter_that_has_to_be_asked_says_how_often(wired):
    assert 0 < wired.device.poll_s <= 0.1


@pytest.mark.parametrize("model", names("meters"))
def test_a_line_cannot_be_read_before_it_is_connected(model):
    with pytest.raises(InstrumentFault, match="locks"):
        make("meters", model).device.read("lock_motor_driver")


# ── multimeters ───────────────────────────────────────────────────────────────────────────


METERS = [model for model in wire_names("meters") if model not in INPUTS]


@pytest.mark.parametrize("model", METERS)
def test_a_multimeter_reads_both_signs_and_its_poles_can_be_swapped(model):
    for meter in opened("meters", model):
        meter.wiring.net("motor_line").drive("bcm", -13_450)
        assert meter.device.read("lock_motor_driver") == pytest.approx(-13.45)
        setup = replace(meter.device.setup, inverted=frozenset({"lock_motor_driver"}))
        swapped = type(meter.device)(setup)
        swapped.open()
        assert swapped.read("lock_motor_driver") == pytest.approx(13.45)
        swapped.close()


@pytest.mark.parametrize("model", METERS)
def test_an_overloaded_multimeter_is_a_fault_and_no_voltage(model):
    for meter in opened("meters", model):
        meter.wiring.net("motor_line").drive("mains", 400_000)
        with pytest.raises(InstrumentFault, match=r"locks.*to READ\?: beyond its range"):
            meter.device.read("lock_motor_driver")


@pytest.mark.parametrize("model", METERS)
def test_a_multimeter_that_reads_no_number_shows_no_level(model):
    """It was a lock motor that is driven to lock."""
    for meter in opened("meters", model):
        meter.twin.garbage = b"NAN\n"
        with pytest.raises(InstrumentFault, match=r"locks.*NAN"):
            meter.device.read("lock_motor_driver")


# ── digital inputs ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("model", INPUTS)
def test_two_inputs_tell_which_way_a_lock_motor_runs(model, inverted):
    """Which pole is which differs from door to door, so each says how it is wired."""
    motor = "lock_motor_driver"
    poles = frozenset({motor} if inverted else ())
    for meter in opened("meters", model, reverse={motor: 4}, inverted=poles):
        net = meter.wiring.net("motor_line")
        for mv, volts in ((13_400, 12.0), (0, 0.0), (-13_400, -12.0)):
            net.drive("bcm", mv)
            assert meter.device.read(motor) == volts
            assert meter.device.sample()[motor] == volts


@pytest.mark.parametrize("model", INPUTS)
def test_a_motor_that_is_wired_the_other_way_round_than_the_file_says_reads_reversed(model):
    motor = "lock_motor_driver"
    for meter in opened("meters", model, reverse={motor: 4}):
        setup = replace(meter.device.setup, inverted=frozenset({motor}))
        mistaken = type(meter.device)(setup)
        mistaken.open()
        meter.wiring.net("motor_line").drive("bcm", 13_400)
        assert mistaken.read(motor) == -12.0
        mistaken.close()


@pytest.mark.parametrize("model", INPUTS)
def test_both_poles_high_is_a_motor_that_stands(model):
    motor = "lock_motor_driver"
    for meter in opened("meters", model, reverse={motor: 4}):
        meter.twin.high_at = lambda _number, _above_mv: True
        assert meter.device.read(motor) == 0.0


@pytest.mark.parametrize("model", INPUTS)
def test_an_active_low_input_reads_the_line_and_not_itself(model):
    for meter in opened("meters", model, inverted=frozenset({"latch_driver"})):
        for mv, volts in ((12_000, 12.0), (0, 0.0)):
            meter.wiring.net("latch_driver").drive("lock", mv)
            assert meter.device.read("latch_driver") == volts


@pytest.mark.parametrize("model", INPUTS)
@pytest.mark.parametrize(
    ("channels", "reverse", "error"),
    [
        ({"lock_motor_driver": 99}, {}, "channel lock_motor_driver = 99"),
        ({"lock_motor_driver": 1}, {"lock_motor_driver": 99}, "channel lock_motor_driver = 99"),
        ({"lock_motor_driver": 1}, {"lock_motor_drivr": 2}, '"lock_motor_drivr".*did you mean'),
    ],
)
def test_lines_that_the_board_does_not_have_are_refused(model, channels, reverse, error):
    wrong = make("meters", model, channels, reverse=reverse)
    with pytest.raises(InstrumentFault, match=f"locks.*{error}"):
        wrong.device.open()
