"""What gives a simulated unit its diagnostic socket."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any

from bench.can.port import Port
from bench.diagnosis.address import PART, SERIAL, SOFTWARE, VIN, UnitAddress
from bench.diagnosis.iso_tp import IsoTp
from bench.diagnosis.server import TESTER_PRESENT, UdsServer
from bench.diagnosis.trouble_codes import TroubleCodes

VIN_LENGTH = 17


@dataclass(frozen=True)
class Socket:
    """What a unit brings along to be diagnosed.

    Attributes:
        name: the unit's.
        vin: of the car.
        codes: its memory of trouble codes.
        state: reads an item of the starting state, as a small whole number.
        coding: its variant coding.
        powered: whether it has power.
        awake: whether its bus is.
        wake: has its bus awake, and keeps it so for a while.
        on_reset: told of a reset.
        start_task: runs a coroutine in its name.
    """

    name: str
    vin: str
    codes: TroubleCodes
    state: Callable[[str], int]
    coding: bytes
    powered: Callable[[], bool]
    awake: Callable[[], bool]
    wake: Callable[[int | None], Awaitable[None]]
    on_reset: Callable[[int | None], None]
    start_task: Callable[[Coroutine[Any, Any, Any]], object]


def serve(port: Port, address: UnitAddress, socket: Socket, now_ns: Callable[[], int]) -> UdsServer:
    """Answer diagnostic requests at an address; return the server."""

    async def woken(request: bytes, cause: int | None) -> None:
        # a question alone keeps nobody awake; a tester that says it is present does
        if request[:1] == bytes([TESTER_PRESENT]) or not socket.awake():
            await socket.wake(cause)
        server.request(request, cause)

    def on_message(request: bytes, cause: int | None) -> None:
        if socket.powered():
            socket.start_task(woken(request, cause))

    transport = IsoTp(
        port, address.response, address.request, on_message, now_ns=now_ns,
        extended=address.extended, fd=address.fd,
    )  # fmt: skip
    server = UdsServer(
        socket.codes, _data(address, socket), socket.on_reset, transport.send, socket.start_task
    )
    return server


def _data(address: UnitAddress, socket: Socket) -> dict[int, Callable[[], bytes]]:
    """Return what its data identifiers read."""
    known: dict[int, bytes] = {
        VIN: socket.vin.ljust(VIN_LENGTH, "0").encode(),
        SOFTWARE: b"1.0",
        SERIAL: f"{socket.name}-0001".encode(),
        PART: f"BENCH-{socket.name}-A".encode(),
    }
    data: dict[int, Callable[[], bytes]] = {}
    for identifier in (*address.identification, *address.coding):
        data[identifier] = partial(bytes, known.get(identifier, socket.coding))
    for item, identifier in address.state.items():
        data[identifier] = partial(_one_byte, socket.state, item)
    return data


def _one_byte(state: Callable[[str], int], item: str) -> bytes:
    return bytes([state(item)])
