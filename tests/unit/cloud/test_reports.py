"""A real unit's reports may be anything: what is none is passed over, and the cloud lives on."""

import pytest

from bench.cloud.backend import Backend
from bench.cloud.json_object import json_object
from bench.journal import Journal
from bench.network.network import Network

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
