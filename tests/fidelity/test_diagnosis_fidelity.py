"""Diagnosis in real time, against a client that nobody here wrote.

udsoncan's own client over can-isotp's own threads asks our simulated unit on python-can's virtual
bus; and our client asks in real time what it asks in simulated time.
"""

import asyncio
import itertools
import threading
from collections.abc import Callable, Iterator
from typing import Any

import can
import isotp
import pytest
from udsoncan.client import Client
from udsoncan.connections import PythonIsoTpConnection

from bench.can.interface.bus import InterfaceBus
from bench.can.interface.causes import Causes
from bench.can.simulated.medium import Medium
from bench.clock.real import RealTime
from bench.clock.simulated import SimulatedTime
from bench.diagnosis.address import UnitAddress
from bench.diagnosis.client import UdsClient
from bench.diagnosis.codec import code_records
from bench.diagnosis.simulated_unit import Socket, serve
from bench.diagnosis.trouble_codes import TroubleCodes
from bench.errors import DiagnosisError

ADDRESS = UnitAddress(
    bus="body", request=0x726, response=0x72E, identification=[0xF190, 0xF189], coding=[0x0600],
    state={"remote_starts": 0x0611},
)  # fmt: skip
_CHANNELS = itertools.count(1)
P2_S, MACHINE_S = 0.050, 0.150  # the standard's limit, and what a busy machine may add


def socket_of(codes: TroubleCodes) -> Socket:
    async def awake(_cause: int | None) -> None:
        return None

    return Socket(
        "BCM", "BENCH000000000001", codes, lambda _item: 2, b"\x00\x0f", powered=lambda: True,
        awake=lambda: True, wake=awake, on_reset=lambda _cause: None,
        start_task=asyncio.ensure_future,
    )  # fmt: skip


def codes() -> TroubleCodes:
    """Return a memory of 40 codes, three of them stored: its answers need many frames."""
    memory = TroubleCodes(tuple(f"U0{n:03X}-87" for n in range(40)))
    for code in ("U0001-87", "U0002-87", "U0007-87"):
        memory.fail(code)
    memory.heal("U0002-87")
    return memory


@pytest.fixture
def real() -> Iterator[RealTime]:
    base = RealTime()
    yield base
    base.close()


def interface(base: RealTime, channel: str) -> InterfaceBus:
    opened = can.Bus(interface="virtual", channel=channel)
    return InterfaceBus("body", opened, now_ns=base.now_ns, journal=None, causes=Causes())


@pytest.fixture
def foreign_client(real: RealTime) -> Iterator[Client]:
    """Udsoncan's client over can-isotp's threads; the unit lives on our loop in real time."""
    channel = f"diagnosis-{next(_CHANNELS)}"

    async def open_unit() -> InterfaceBus:
        bus = interface(real, channel)
        serve(bus.port("BCM"), ADDRESS, socket_of(codes()), real.now_ns)
        return bus

    async def close_unit(bus: InterfaceBus) -> None:
        bus.close()

    unit = real.run(open_unit())
    tester = can.Bus(interface="virtual", channel=channel)
    notifier = can.Notifier(tester, [], timeout=0.05)
    address = isotp.Address(isotp.AddressingMode.Normal_11bits, txid=0x726, rxid=0x72E)
    stack = isotp.NotifierBasedCanStack(
        tester, notifier, address=address, params={"blocking_send": False}
    )
    raw = dict.fromkeys((61840, 61833, 1536, 1553), _Raw)
    with Client(
        PythonIsoTpConnection(stack), config={"data_identifiers": raw, "p2_timeout": 0.5}
    ) as client:
        yield client
    notifier.stop()
    tester.shutdown()
    real.run(close_unit(unit))
    assert not [t for t in threading.enumerate() if "isotp" in t.name.lower()]


def _raw_codec() -> type:
    from udsoncan import DidCodec

    class Raw(DidCodec):
        def decode(self, did_payload: bytes) -> bytes:
            return did_payload

        def __len__(self) -> int:
            raise DidCodec.ReadAllRemainingData

    return Raw


_Raw = _raw_codec()


def test_a_foreign_client_reads_what_our_unit_is(foreign_client):
    for identifier, value in (
        (0xF190, b"BENCH000000000001"),
        (0x0600, b"\x00\x0f"),
        (0x0611, b"\x02"),
    ):
        answer = foreign_client.read_data_by_identifier(identifier)
        assert answer.service_data.values[identifier] == value


def test_a_foreign_client_reads_clears_and_lists_trouble_codes(foreign_client):
    stored = foreign_client.get_dtc_by_status_mask(0xFF).service_data.dtcs
    assert [(dtc.id, dtc.status.get_byte_as_int()) for dtc in stored] == [
        (0xC00187, 0x2F), (0xC00287, 0x2E), (0xC00787, 0x2F),
    ]  # fmt: skip
    assert len(foreign_client.get_supported_dtc().service_data.dtcs) == 40
    foreign_client.clear_dtc()
    assert foreign_client.get_dtc_by_status_mask(0xFF).service_data.dtcs == []


def test_a_foreign_client_learns_the_standards_timing_and_may_stay(foreign_client):
    session = foreign_client.change_session(3).service_data
    assert (session.p2_server_max, session.p2_star_server_max) == (0.050, 5.0)
    foreign_client.tester_present()
    foreign_client.ecu_reset(1)


def script(port_of: Callable[[str], Any], now_ns: Callable[[], int]) -> Any:
    """Return a coroutine that asks a unit everything, and what came of each question."""

    async def run() -> list[Any]:
        serve(port_of("BCM"), ADDRESS, socket_of(codes()), now_ns)
        client = UdsClient(port_of("tester"), "BCM", ADDRESS, now_ns)
        seen: list[Any] = [await client.read(i) for i in (0xF190, 0xF189, 0x0600, 0x0611)]
        before_ns = now_ns()
        seen += [await client.codes(), await client.codes(0x01)]
        assert (now_ns() - before_ns) / 1e9 < 2 * (P2_S + MACHINE_S)
        seen.append(await client.supported_codes())
        for question in (client.read(0x9999), client.session(0x55), client.reset(0x55)):
            try:
                await question
            except DiagnosisError as error:
                seen.append(str(error))
        await client.clear()
        seen.append(await client.codes())
        client.close()
        return seen

    return run()


def test_our_client_sees_the_same_in_simulated_and_in_real_time(real):
    simulated = SimulatedTime()
    try:
        medium = Medium("body", simulated.loop, None)
        expected = simulated.run(script(medium.port, simulated.now_ns))
    finally:
        simulated.close()

    async def in_real_time() -> list[Any]:
        channel = f"diagnosis-{next(_CHANNELS)}"
        sides = {"BCM": interface(real, channel), "tester": interface(real, channel)}
        try:
            return await script(lambda node: sides[node].port(node), real.now_ns)
        finally:
            for side in sides.values():
                side.close()

    assert real.run(in_real_time()) == expected
    assert len(expected) == 11
    assert len(expected[6]) == 40
    assert code_records(0x02, bytes.fromhex("59022f")) == expected[-1] == ()
