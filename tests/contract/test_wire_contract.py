"""What every driver must survive at its wire, whatever its kind: every model × every transport."""

import re
import socket
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from contract_subjects import (
    KINDS,
    PATIENCE_S,
    TWINS,
    WIRED,
    WIRES,
    Subject,
    gaps,
    make,
    model_of,
    on_every_wire,
    opened,
    plug_in_again,
    unopened,
    written,
)

from bench.errors import InstrumentFault, InstrumentTimeout, ReadbackMismatch, WrongInstrument
from bench.instruments.pace import RealPace
from bench.instruments.scpi import Scpi
from bench.instruments.scpi_twin import ScpiTwin

ASKABLE = {"identifies": True, "reads_back": True}
EVERYWHERE = [case for kind in KINDS for case in on_every_wire(kind, **ASKABLE)]
SWITCHED = [case for kind in KINDS if kind != "meters" for case in on_every_wire(kind, **ASKABLE)]
# those that lose what comes too soon, over the transports that take real time
HURRIED = [case for case in EVERYWHERE if not case.id.endswith("memory")
           and TWINS.get(case.values[0][1]).needs_s > 0]  # fmt: skip
ASKED = [(kind, model) for kind, model in WIRED
         if all(getattr(model_of(kind, model), fact) for fact in ASKABLE)]  # fmt: skip
# one device, by what of it is used
ONE_DEVICE = (
    {"numato_usb", "numato_usb_inputs"}, {"waveshare_modbus_relay", "waveshare_modbus_inputs"},
)  # fmt: skip
SAME = {model: device for device in ONE_DEVICE for model in device}
HALVES = [(kind, model, half) for kind, model in ASKED for half in WIRES[model].half_sent]
STRANGERS = [(kind, model, twin) for kind, model in ASKED for twin in TWINS.names()
             if twin not in SAME.get(model, {model})]  # fmt: skip


@pytest.fixture(params=EVERYWHERE)
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    """Each model with a wire, open, over each transport."""
    yield from opened(*request.param)


@pytest.fixture(params=SWITCHED)
def switched(request: pytest.FixtureRequest) -> Iterator[Subject]:
    """Each board and supply with a wire, open, over each transport: meters are always safe."""
    yield from opened(*request.param)


@pytest.fixture(params=EVERYWHERE)
def closed(request: pytest.FixtureRequest) -> Iterator[Subject]:
    """Each model with a wire, plugged in and not yet open."""
    yield from unopened(*request.param)


def works(subject: Subject) -> None:
    """Check that the instrument does what it is told, and says so."""
    for on in (True, False):
        assert subject.put(on=on) is on
        assert subject.ask() is on


def name_and_resource(subject: Subject) -> str:
    return f"{subject.device.setup.name} ({subject.device.setup.resource})"


# ── who answers ───────────────────────────────────────────────────────────────────────────


def test_a_device_that_answers_as_another_model_is_refused(closed):
    closed.twin.garbage = closed.wire.stranger
    with pytest.raises(WrongInstrument) as refused:
        closed.device.open()
    assert name_and_resource(closed) in str(refused.value)
    word = repr(closed.wire.stranger.split()[0])[2:-1]
    assert word in str(refused.value), "it says what was answered"


@pytest.mark.parametrize(("kind", "model", "stranger"), STRANGERS)
def test_every_other_device_that_there_is_a_twin_of_is_refused(kind, model, stranger):
    subject = make(kind, model)
    plug_in_again(subject, stranger)
    with subject.impatient(), pytest.raises((WrongInstrument, InstrumentTimeout)) as refused:
        subject.device.open()
    assert name_and_resource(subject) in str(refused.value)
    named = issubclass(model_of(kind, model), Scpi) and issubclass(TWINS.get(stranger), ScpiTwin)
    if named and "tdk_lambda_genesys" not in {
        model,
        stranger,
    }:  # which is asked in words of its own
        assert re.search(rf"as \w+/{stranger} would", str(refused.value)), "what it is called here"
    subject.device.close()


def test_after_a_wrong_device_the_right_one_opens(closed):
    closed.twin.garbage = closed.wire.stranger
    with pytest.raises(WrongInstrument):
        closed.device.open()
    closed.twin.garbage = None
    closed.device.open()
    works(closed)


@pytest.mark.parametrize(("kind", "model"), ASKED)
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


def test_a_device_that_is_not_plugged_in_is_a_fault_that_names_it(closed):
    closed.plug.unplug()
    with pytest.raises(InstrumentFault) as fault:
        closed.device.open()
    assert name_and_resource(closed) in str(fault.value)
    assert not isinstance(fault.value, InstrumentTimeout)
    closed.plug.replug()
    closed.device.open()
    works(closed)


# ── no answer ─────────────────────────────────────────────────────────────────────────────


def test_a_device_that_does_not_answer_is_a_time_out_at_opening(closed):
    closed.twin.mute = True
    with closed.impatient(), pytest.raises(InstrumentTimeout) as timeout:
        closed.device.open()
    assert name_and_resource(closed) in str(timeout.value)


def test_no_answer_is_a_time_out_that_names_the_device(subject):
    subject.twin.mute = True
    for call in (subject.ask, lambda: subject.put(on=True)):
        with subject.impatient(), pytest.raises(InstrumentTimeout) as fault:
            call()
        assert name_and_resource(subject) in str(fault.value)
        assert f"does not answer in {PATIENCE_S:g} s" in str(fault.value)
        assert isinstance(fault.value, TimeoutError)


def test_after_no_answer_the_device_can_be_used_again(subject):
    subject.twin.mute = True
    with subject.impatient(), pytest.raises(InstrumentTimeout):
        subject.ask()
    subject.twin.mute = False
    works(subject)


def test_a_late_reply_is_not_taken_for_the_next(subject):
    subject.put(on=True)
    with subject.replies_late() as arrive:
        with subject.impatient(), pytest.raises(InstrumentTimeout):
            subject.ask()
        arrive()  # it says "on"
    assert subject.put(on=False) is False
    assert subject.ask() is False
    works(subject)


def test_a_reply_that_comes_later_than_any_patience_is_never_taken_for_another(subject):
    """It is later than the drain, too: only asking who is there shows what belongs to what."""
    subject.put(on=True)
    subject.twin.slow_s = 1.6 * PATIENCE_S
    with subject.impatient(), pytest.raises(InstrumentTimeout):
        subject.ask()
    subject.twin.slow_s = 0.0
    said = []
    for _ in range(4):
        try:
            said.append(subject.put(on=False))
        except ReadbackMismatch:
            raise
        except InstrumentFault:
            continue
    assert said
    assert set(said) == {False}


def test_half_a_reply_is_a_time_out_and_its_rest_not_the_next_reply(subject):
    subject.put(on=True)
    with subject.replies_late(first=1) as arrive:
        with subject.impatient(), pytest.raises(InstrumentFault):
            subject.ask()
        arrive()
    works(subject)


def test_what_the_device_says_unasked_is_not_taken_for_its_next_reply(subject):
    subject.put(on=True)
    subject.plug.say(subject.wire.garbage)
    time.sleep(0.002)
    assert subject.put(on=False) is False
    works(subject)


def test_a_device_that_says_more_than_it_is_asked_is_wrong_in_no_state_and_can_be_used_again(
    subject,
):
    receive = subject.twin.receive
    subject.twin.receive = lambda data: reply + b"xx" if (reply := receive(data)) else b""
    for on in (True, False, True):
        with subject.impatient():
            said = state_or_fault(subject, on=on)
        assert said is on or name_and_resource(subject) in str(said)
        assert not isinstance(said, ReadbackMismatch)
    subject.twin.receive = receive
    works(subject)


def state_or_fault(subject: Subject, *, on: bool) -> bool | InstrumentFault | None:
    try:
        return subject.put(on=on)
    except InstrumentFault as fault:
        return fault


def test_a_device_that_never_stops_talking_is_a_fault_in_time(subject):
    subject.twin.garbage = subject.wire.endless * 300_000
    began_s = time.monotonic()
    for _ in range(2):
        with subject.impatient(), pytest.raises(InstrumentFault):
            subject.ask()
    assert time.monotonic() - began_s < 20 * PATIENCE_S


# ── nonsense ──────────────────────────────────────────────────────────────────────────────


def test_garbage_is_a_fault_and_not_a_state(subject):
    subject.twin.garbage = subject.wire.garbage
    for call in (subject.ask, lambda: subject.put(on=True)):
        with subject.impatient(), pytest.raises(InstrumentFault) as fault:
            call()
        assert not isinstance(fault.value, ReadbackMismatch)
        assert name_and_resource(subject) in str(fault.value)


def test_garbage_at_opening_is_refused(closed):
    closed.twin.garbage = closed.wire.garbage
    with closed.impatient(), pytest.raises(InstrumentFault, match=closed.device.setup.name):
        closed.device.open()


def test_after_garbage_the_device_can_be_used_again(subject):
    subject.put(on=True)
    subject.twin.garbage = subject.wire.garbage
    with subject.impatient(), pytest.raises(InstrumentFault):
        subject.ask()
    subject.twin.garbage = None
    works(subject)


# ── what others have left, and what breaks ────────────────────────────────────────────────


@pytest.mark.parametrize(("kind", "model", "half"), HALVES)
def test_a_command_that_another_program_left_half_sent_is_survived(kind, model, half):
    for subject in unopened(kind, model, "memory"):
        subject.twin.receive(half)
        subject.device.open()
        subject.device.safe()
        assert subject.ask() is False
        works(subject)


def test_a_reply_that_another_program_did_not_read_is_survived(closed):
    if closed.plug.resource.startswith("ASRL"):
        closed.plug.say(closed.wire.stranger)
    closed.device.open()
    works(closed)


def test_an_unplugged_device_is_a_fault_and_not_a_time_out(subject):
    subject.plug.unplug()
    calls = [subject.ask, lambda: subject.put(on=True)]
    if subject.kind != "meters":  # those are always safe
        calls.append(subject.device.safe)
    for call in calls:
        with pytest.raises(InstrumentFault) as fault:
            call()
        assert not isinstance(fault.value, TimeoutError)
        assert name_and_resource(subject) in str(fault.value)
    subject.plug.replug()


def test_unplugged_and_plugged_in_again_it_is_made_safe_and_can_be_used(subject):
    subject.put(on=True)
    subject.plug.unplug()
    with pytest.raises(InstrumentFault):
        subject.ask()
    subject.plug.replug()
    if subject.kind == "meters":
        subject.device.open()
    else:
        subject.device.safe()
        assert subject.ask() is False
    works(subject)


def test_unplugged_and_plugged_in_again_while_nothing_was_sent_it_is_made_safe(switched):
    switched.put(on=True)
    switched.plug.unplug()
    switched.plug.replug()
    switched.device.safe()
    assert switched.ask() is False
    works(switched)


def test_what_could_not_be_made_safe_while_unplugged_is_made_safe_when_it_is_back(switched):
    switched.put(on=True)
    switched.plug.unplug()
    for _ in range(2):
        with pytest.raises(InstrumentFault):
            switched.device.safe()
    switched.plug.replug()
    switched.device.safe()
    assert switched.ask() is False


def test_another_device_plugged_in_instead_is_not_used(subject):
    subject.plug.unplug()
    with pytest.raises(InstrumentFault):
        subject.ask()
    other = "numato_usb" if subject.kind == "supplies" else "rigol_dp832"
    plug_in_again(subject, other)
    subject.plug.replug()
    with pytest.raises(InstrumentFault):
        subject.ask()
    with subject.impatient(), pytest.raises((WrongInstrument, InstrumentTimeout)):
        subject.device.open()


def test_using_an_instrument_that_is_closed_is_a_fault_that_names_it(subject):
    subject.device.close()
    for call in (subject.ask, lambda: subject.put(on=True)):
        with pytest.raises(InstrumentFault, match=subject.device.setup.name):
            call()
    subject.device.open()
    works(subject)


def test_two_instruments_share_one_connection(subject):
    second = type(subject.device)(subject.device.setup)
    second.open()
    works(subject)
    second.close()
    works(subject)


@pytest.mark.parametrize("case", EVERYWHERE)
def test_a_mistake_in_a_twin_is_not_taken_for_a_time_out(case, monkeypatch):
    def mistaken(_data: bytes) -> bytes:
        raise AttributeError("no such thing")

    kind, model, transport = case
    with pytest.raises(RuntimeError, match=r"twin.*no such thing"):  # noqa: PT012
        for subject in opened(kind, model, transport):
            monkeypatch.setattr(subject.twin, "receive", mistaken)
            if transport == "memory":
                subject.ask()
            with subject.impatient(), pytest.raises(InstrumentFault):
                subject.ask()


# ── timing ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("case", HURRIED)
def test_in_real_time_no_command_comes_sooner_than_the_device_can_take_it(case, monkeypatch):
    """It is looked at where it is sent: a twin's thread sees when it is let run."""
    for subject in unopened(*case, pace=RealPace()):
        needs_s, subject.twin.needs_s = subject.twin.needs_s, 0.0
        subject.device.open()
        with written(subject, monkeypatch) as times:
            works(subject)
        gaps_s = gaps(times)
        assert len(gaps_s) >= 3
        assert min(gaps_s) >= needs_s


@pytest.mark.parametrize("case", HURRIED)
def test_in_real_time_a_device_is_let_be_after_it_has_answered(case, monkeypatch):
    """A reply takes 15 ms on a wire of 9600 bit/s, and silence after it ends a frame of Modbus."""
    for subject in unopened(*case, pace=RealPace()):
        needs_s, subject.twin.needs_s = subject.twin.needs_s, 0.0
        subject.device.open()
        subject.twin.slow_s = answering_s = 2 * subject.device.gap_s
        with written(subject, monkeypatch) as times:
            for _ in range(3):
                subject.ask()
        assert min(gaps(times)) >= answering_s + needs_s


PAUSING = [(kind, model) for kind, model in ASKED if model_of(kind, model).gap_s >= 0.01]  # fmt: skip


@pytest.mark.parametrize(("kind", "model"), PAUSING)
def test_a_device_that_needs_a_pause_loses_what_comes_without_one(kind, model, monkeypatch):
    """So the tests that pass show that the driver keeps its distance."""
    for subject in opened(kind, model):
        assert subject.twin.needs_s > 0
        subject.device._link._gap_s = 0.0
        subject.device._link._session.free_at_s = float("-inf")
        if hasattr(type(subject.device), "settle_s"):
            monkeypatch.setattr(type(subject.device), "settle_s", 0.0)
        with subject.impatient(), pytest.raises(InstrumentFault):
            works(subject)


@pytest.mark.parametrize(("kind", "model"), ASKED)
def test_on_a_socket_a_second_small_write_does_not_wait_for_the_first(kind, model):
    """Nagle's algorithm and a delayed acknowledgement would make it 44 ms longer."""

    def fastest_s(transport: str) -> float:
        took_s = []
        for subject in opened(kind, model, transport):
            for _ in range(5):
                began_s = time.monotonic()
                works(subject)
                took_s.append(time.monotonic() - began_s)
        return min(took_s)

    assert fastest_s("loopback") < fastest_s("pty") + 0.03


@pytest.mark.parametrize(("kind", "model"), ASKED)
def test_a_device_in_use_by_another_program_is_said_to_be_so(kind, model):
    for subject in unopened(kind, model, "loopback"):
        number = int(subject.plug.resource.split("::")[2])
        with socket.create_connection(("127.0.0.1", number)):
            with subject.impatient(), pytest.raises(InstrumentTimeout) as timeout:
                subject.device.open()
            assert name_and_resource(subject) in str(timeout.value)
