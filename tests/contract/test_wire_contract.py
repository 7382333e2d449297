"""What every driver must survive at its wire, whatever its kind: every model runs all of it."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from contract_subjects import PATIENCE_S, TWINS, WIRED, WIRES, Subject, make, opened, plug_in_again
from pyvisa.constants import StatusCode
from pyvisa.errors import VisaIOError

from bench.errors import InstrumentFault, InstrumentTimeout, ReadbackMismatch, WrongInstrument

HALVES = [(kind, model, half) for kind, model in WIRED for half in WIRES[model].half_sent]
STRANGERS = [(kind, model, twin) for kind, model in WIRED for twin in TWINS.names()
             if twin != model]  # fmt: skip


@pytest.fixture(params=WIRED, ids="-".join)
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    """Each model with a wire, open."""
    yield from opened(*request.param)


@pytest.fixture(params=WIRED, ids="-".join)
def unopened(request: pytest.FixtureRequest) -> Iterator[Subject]:
    """Each model with a wire, plugged in and not yet open."""
    subject = make(*request.param)
    yield subject
    subject.device.close()


def works(subject: Subject) -> None:
    """Check that the instrument does what it is told, and says so."""
    for on in (True, False):
        assert subject.put(on=on) is on
        assert subject.ask() is on


def name_and_resource(subject: Subject) -> str:
    return f"{subject.device.setup.name} ({subject.device.setup.resource})"


# ── who answers ───────────────────────────────────────────────────────────────────────────


def test_a_device_that_answers_as_another_model_is_refused(unopened):
    unopened.twin.garbage = unopened.wire.stranger
    with pytest.raises(WrongInstrument) as refused:
        unopened.device.open()
    assert name_and_resource(unopened) in str(refused.value)
    assert unopened.wire.stranger.decode().split()[0] in str(refused.value)


@pytest.mark.parametrize(("kind", "model", "stranger"), STRANGERS)
def test_every_other_device_that_there_is_a_twin_of_is_refused(kind, model, stranger):
    subject = make(kind, model)
    plug_in_again(subject, stranger)
    with pytest.raises((WrongInstrument, InstrumentTimeout)) as refused:
        subject.device.open()
    assert name_and_resource(subject) in str(refused.value)
    subject.device.close()


def test_after_a_wrong_device_the_right_one_opens(unopened):
    unopened.twin.garbage = unopened.wire.stranger
    with pytest.raises(WrongInstrument):
        unopened.device.open()
    unopened.twin.garbage = None
    unopened.device.open()
    works(unopened)


@pytest.mark.parametrize(("kind", "model"), WIRED)
def test_a_missing_resource_is_a_fault_that_names_the_nearest(kind, model):
    subject = make(kind, model)
    there = subject.device.setup.resource
    missing = replace(subject.device.setup, resource=there.replace("::", ":", 1))
    device = type(subject.device)(missing)
    with pytest.raises(InstrumentFault) as fault:
        device.open()
    assert not isinstance(fault.value, InstrumentTimeout)
    assert f"{missing.name} ({missing.resource})" in str(fault.value)
    assert f'did you mean "{there}"?' in str(fault.value)
    device.close()


# ── no answer ─────────────────────────────────────────────────────────────────────────────


def test_a_device_that_does_not_answer_is_a_time_out_at_opening(unopened):
    unopened.twin.mute = True
    with pytest.raises(InstrumentTimeout) as timeout:
        unopened.device.open()
    assert name_and_resource(unopened) in str(timeout.value)


def test_no_answer_is_a_time_out_that_names_the_device(subject):
    subject.twin.mute = True
    for call in (subject.ask, lambda: subject.put(on=True), subject.device.safe):
        with pytest.raises(InstrumentFault) as fault:
            call()
        assert name_and_resource(subject) in str(fault.value)
        assert f"does not answer in {PATIENCE_S:g} s" in str(fault.value)
    with pytest.raises(InstrumentTimeout):
        subject.ask()
    with pytest.raises(TimeoutError):
        subject.ask()


def test_after_no_answer_the_device_can_be_used_again(subject):
    subject.twin.mute = True
    with pytest.raises(InstrumentTimeout):
        subject.ask()
    subject.twin.mute = False
    works(subject)


def test_a_late_reply_is_not_taken_for_the_next(subject):
    subject.put(on=True)
    with subject.replies_late() as arrive:
        with pytest.raises(InstrumentTimeout):
            subject.ask()
        arrive()  # it says "on"
    assert subject.put(on=False) is False
    assert subject.ask() is False
    works(subject)


def test_half_a_reply_is_a_time_out_and_its_rest_not_the_next_reply(subject):
    subject.put(on=True)
    with subject.replies_late(first=1) as arrive:
        with pytest.raises(InstrumentTimeout, match="it said"):
            subject.ask()
        arrive()
    works(subject)


def test_a_device_that_never_stops_talking_is_a_time_out_too(subject):
    subject.twin.garbage = bytes(300_000)  # no reply's end in it
    began_s = time.monotonic()
    with pytest.raises(InstrumentTimeout):
        subject.ask()
    with pytest.raises(InstrumentFault):
        subject.ask()
    assert time.monotonic() - began_s < 10 * PATIENCE_S


# ── nonsense ──────────────────────────────────────────────────────────────────────────────


def test_garbage_is_a_fault_and_not_a_state(subject):
    subject.twin.garbage = subject.wire.garbage
    for call in (subject.ask, lambda: subject.put(on=True)):
        with pytest.raises(InstrumentFault) as fault:
            call()
        assert not isinstance(fault.value, ReadbackMismatch)
        assert name_and_resource(subject) in str(fault.value)


def test_garbage_at_opening_is_refused(unopened):
    unopened.twin.garbage = unopened.wire.garbage
    with pytest.raises(InstrumentFault, match=unopened.device.setup.name):
        unopened.device.open()


def test_after_garbage_the_device_can_be_used_again(subject):
    subject.put(on=True)
    subject.twin.garbage = subject.wire.garbage
    with pytest.raises(InstrumentFault):
        subject.ask()
    subject.twin.garbage = None
    works(subject)


# ── what others have left, and what breaks ────────────────────────────────────────────────


@pytest.mark.parametrize(("kind", "model", "half"), HALVES)
def test_a_command_that_another_program_left_half_sent_is_survived(kind, model, half):
    subject = make(kind, model)
    subject.twin.receive(half)
    subject.device.open()
    subject.device.safe()
    assert subject.ask() is False
    works(subject)
    subject.device.close()


def test_a_reply_that_another_program_did_not_read_is_survived(unopened):
    unopened.arrives(unopened.wire.stranger)
    unopened.device.open()
    works(unopened)


def test_an_unplugged_device_is_a_fault_and_not_a_time_out(subject, monkeypatch):
    def unplugged(_data: bytes) -> bytes:
        raise VisaIOError(StatusCode.error_connection_lost)

    monkeypatch.setattr(subject.twin, "receive", unplugged)
    for call in (subject.ask, lambda: subject.put(on=True), subject.device.safe):
        with pytest.raises(InstrumentFault) as fault:
            call()
        assert not isinstance(fault.value, TimeoutError)
        assert name_and_resource(subject) in str(fault.value)


def test_using_an_instrument_that_is_closed_is_a_fault_that_names_it(subject):
    subject.device.close()
    for call in (subject.ask, lambda: subject.put(on=True), subject.device.safe):
        with pytest.raises(InstrumentFault, match=subject.device.setup.name):
            call()
    subject.device.open()
    works(subject)


def test_a_mistake_in_a_twin_is_not_taken_for_a_time_out(subject, monkeypatch):
    def mistaken(_data: bytes) -> bytes:
        raise AttributeError("no such thing")

    monkeypatch.setattr(subject.twin, "receive", mistaken)
    with pytest.raises(RuntimeError, match=r"twin.*no such thing"):
        subject.ask()
