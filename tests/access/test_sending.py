"""Single messages that a test sends itself: in the name of who is not there, or as a stranger."""

from itertools import pairwise

import can
import pytest

from bench.access.handles.bench import Bench, make_setup
from bench.config.bench_file import DEFAULT
from bench.errors import ConfigError
from bench.events import FrameSeen
from bench.judge.judge import first_bad
from bench.judge.own_test import judgements_on

REQUEST = "DKM_AccessRequest"
REAL_BODY = '[can.body]\ninterface = "virtual"\nchannel = "test_sending"'


@pytest.fixture(params=["simulated", "real"], name="bench")
def opened_bench(request, tmp_path):
    """A bench with the built-in car, on either clock."""
    file = DEFAULT
    if request.param == "real":
        file = tmp_path / "bench.toml"
        text = DEFAULT.read_text().replace('time = "simulated"', 'time = "real"')
        file.write_text(text.replace('[can.body]\ninterface = "simulated"', REAL_BODY))
    with Bench(make_setup(file)) as bench:
        yield bench


def payloads(bench, identifier):
    events = (entry.event for entry in bench.journal.entries)
    seen = (e for e in events if isinstance(e, FrameSeen) and e.identifier == identifier)
    return [bytes.fromhex(each.data) for each in seen]


def test_what_is_sent_for_a_unit_that_is_not_there_is_obeyed_and_was_asked_for(bench):
    with bench.can.body.restbus() as restbus:
        restbus.wake()
        bench.can.body.send(REQUEST, Request="unlock")
        bench.can.body.expect_role("door_lock_state", "unlocked", within_s=2)
    assert first_bad(judgements_on(bench.recording())) is None


def test_an_event_goes_as_often_as_units_send_it_and_its_counter_goes_on(bench):
    for _ in range(2):
        bench.can.body.send(REQUEST, KeySlot=3)
        bench.wait(0.2)
    counters = [data[1] & 0xF for data in payloads(bench, 0x150)]
    assert len(counters) == 6
    assert all((b - a) % 16 == 1 for a, b in pairwise(counters))


def test_what_is_no_event_goes_once_with_initial_values_where_none_are_named(bench):
    bench.wait(1)
    before = len(payloads(bench, 0x503))
    bench.can.body.send("NM_DKM", SourceNode=3)
    bench.can.body.send("NM_DKM")
    bench.wait(0.2)
    assert payloads(bench, 0x503)[before:] == [b"\x03" + bytes(7), bytes(8)]


def test_what_a_unit_that_is_there_sends_is_left_to_it(bench):
    with pytest.raises(ConfigError, match=r"can\.body: BCM_LockState is sent by a unit that is"):
        bench.can.body.send("BCM_LockState", LockState="unlocked")


def test_what_a_restbus_sends_is_changed_there(bench):
    with bench.can.body.restbus(messages=["PEPS_Handle"]) as restbus:
        restbus.wake()
        bench.wait(0.5)
        with pytest.raises(ConfigError, match=r"a restbus sends PEPS_Handle: change it by its set"):
            bench.can.body.send("PEPS_Handle", Handle="touched")
    bench.can.body.send("PEPS_Handle", Handle="touched")


@pytest.mark.parametrize(
    ("message", "values", "said"),
    [
        ("DKM_AccesRequest", {}, 'no message "DKM_AccesRequest": did you mean'),
        (REQUEST, {"Requst": 1}, 'has no signal "Requst": did you mean "Request"'),
        (REQUEST, {"Request": "open"}, 'Request has no value "open"'),
        (REQUEST, {"KeySlot": 256}, "KeySlot: 256 does not fit in 8 bit"),
    ],
)
def test_what_cannot_be_sent_says_why(message, values, said):
    with Bench(make_setup(DEFAULT)) as bench, pytest.raises(ConfigError, match=said):
        bench.can.body.send(message, **values)


def test_a_stranger_s_node_hears_and_is_heard(bench):
    stranger = bench.can.body.python_can()
    stranger.send(can.Message(arbitration_id=0x6A0, data=b"\x01\x02", is_extended_id=False))
    bench.wait(0.5)
    assert payloads(bench, 0x6A0) == [b"\x01\x02"]
    assert stranger.recv(timeout=1) is not None


def test_what_a_restbus_leaves_to_a_unit_that_is_there_it_does_not_change():
    refused = pytest.raises(ConfigError, match="leaves BCM_LockState to the unit that is there")
    with (
        Bench(make_setup(DEFAULT)) as bench,
        bench.can.body.restbus(senders=["BCM"]) as restbus,
        refused,
    ):
        restbus.set("BCM_LockState", LockState="unlocked")
