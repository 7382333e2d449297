"""A real unit's reports may be anything: what is none is passed over, and the cloud lives on."""

import pytest

from bench.cloud.backend import Backend
from bench.events import CommandState, IntentBegan
from bench.journal import Journal, walk
from bench.network.json_object import json_object
from bench.network.network import Network
from bench.network.trace_context import traceparent

RIGHT = b'{"type": "state", "state": {"door_lock_state": "locked"}}'


@pytest.mark.parametrize(
    "payload",
    [
        b"", b"\xff\xfe", b"null", b"[1]", b"[" * 100_000, b"1" * 5_000, b"{}", b'{"type": ["ack"]}',
        b'{"type": "state"}', b'{"type": "state", "state": null}', b'{"type": "state", "state": [1]}',
        b'{"type": "state", "state": "locked"}', b'{"type": "ack"}',
        b'{"type": "ack", "command_id": {}, "stage": [], "result": null, "traceparent": {"a": 1}}',
        b'{"type": "ack", "command_id": "1", "traceparent": 7}',
    ],
)  # fmt: skip
def test_what_is_no_report_is_passed_over(time, payload):
    async def report():
        journal = Journal(time.now_ns)
        cloud = Backend(time, journal, Network(journal), 1)
        vehicle = cloud.register("V", "a", "p", "t")
        for each in (RIGHT, payload):
            await cloud.api.on_vehicle_message("V", json_object(each))
        return vehicle.state

    assert time.run(report()) == {"door_lock_state": "locked"}


def test_what_a_unit_reports_without_a_cause_comes_of_the_command(time):
    """A real unit sends no trace: which attempt was acknowledged is known from the command."""

    async def report():
        journal = Journal(time.now_ns)
        cloud = Backend(time, journal, Network(journal), 1)
        vehicle = cloud.register("V", "a", "p", "t")
        asked = journal.write(IntentBegan("act-1", "o", "unlock", "cloud_app", True, ""))
        record = cloud.state.commands.create(vehicle, "door_unlock", "a", "k", asked)
        done = {"type": "ack", "stage": "result", "result": "done"}
        await cloud.api.on_vehicle_message("V", done | {"command_id": record.command.command_id})
        last = [e for e in journal.entries if isinstance(e.event, CommandState)][-1]
        return last.event.state, [entry.seq for entry in walk(journal.entries, last.seq)][-1], asked

    state, root, asked = time.run(report())
    assert state == "succeeded"
    assert root == asked


@pytest.mark.parametrize(
    "parent",
    ["00-00000000000000000000000000000001-b7ad6b7169203331-01", traceparent(10**6)],
    ids=["a span of its own in our trace", "an entry of the scenario before"],
)
def test_a_trace_that_names_no_entry_here_is_none(time, parent):
    """W3C Trace Context has whoever goes on with a trace name a span of its own."""

    async def report():
        journal = Journal(time.now_ns)
        cloud = Backend(time, journal, Network(journal), 1)
        vehicle = cloud.register("V", "a", "p", "t")
        record = cloud.state.commands.create(vehicle, "door_unlock", "a", "k", None)
        done = {"type": "ack", "stage": "result", "result": "done", "traceparent": parent}
        await cloud.api.on_vehicle_message("V", done | {"command_id": record.command.command_id})
        last = [e for e in journal.entries if isinstance(e.event, CommandState)][-1]
        causes = [entry.seq for entry in journal.causes(last.seq)]
        return last.event.state, record.seq in causes

    assert time.run(report()) == ("succeeded", True)


@pytest.mark.parametrize(
    ("result", "state"),
    [
        ("done", "succeeded"),
        ("refused", "rejected"),
        ("failed", "failed"),
        ("no_answer", "unknown"),
    ],
)
def test_a_car_that_does_not_answer_its_unit_may_have_done_it(time, result, state):
    """A body controller that moves the locks and then loses its supply answers nobody."""

    async def report():
        journal = Journal(time.now_ns)
        cloud = Backend(time, journal, Network(journal), 1)
        vehicle = cloud.register("V", "a", "p", "t")
        record = cloud.state.commands.create(vehicle, "door_lock", "a", "k", 0)
        told = {"type": "ack", "stage": "result", "result": result}
        await cloud.api.on_vehicle_message("V", told | {"command_id": record.command.command_id})
        return record.state

    assert time.run(report()) == state
