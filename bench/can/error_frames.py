"""Error frames as python-can's messages carry them: the classes of Linux' `can/error.h`.

python-can defines that a message is an error frame and not what it says. SocketCAN's encoding is
the only documented one among its interfaces, so the simulated bus speaks it, too.
"""

from dataclasses import dataclass

import can

from bench.can.controller import BusState

# linux/can/error.h: classes in the identifier, details in the data
TX_TIMEOUT, CRTL, PROT, ACK, BUSOFF, BUSERROR, RESTARTED, COUNTERS = (
    0x001, 0x004, 0x008, 0x020, 0x040, 0x080, 0x100, 0x200,
)  # fmt: skip
CRTL_RX_OVERFLOW, CRTL_TX_OVERFLOW = 0x01, 0x02
CRTL_PASSIVE, CRTL_ACTIVE = 0x10 | 0x20, 0x40
DATA_BYTES = 8
_PYTHON_CAN: dict[BusState, can.BusState] = {
    "error_active": can.BusState.ACTIVE,
    "error_passive": can.BusState.PASSIVE,
    "bus_off": can.BusState.ERROR,
}
_OURS = {value: name for name, value in _PYTHON_CAN.items()}


@dataclass(frozen=True)
class ErrorReport:
    """What an error frame says.

    Attributes:
        what: error, no_acknowledge, overflow, restarted, or unspecified.
        state: the controller's state, where the frame tells it.
        tec, rec: its counters (-1: not told).
    """

    what: str
    state: BusState | None
    tec: int = -1
    rec: int = -1


def python_can_state(state: BusState) -> can.BusState:
    """Return python-can's word for a state."""
    return _PYTHON_CAN[state]


def state_of(state: can.BusState) -> BusState:
    """Return our word for python-can's."""
    return _OURS[state]


def encode(what: str, state: BusState, tec: int, rec: int, timestamp: float) -> can.Message:
    """Return an error frame as SocketCAN would report it."""
    identifier = ACK if what == "no_acknowledge" else PROT | BUSERROR
    data = bytearray(DATA_BYTES)
    if state == "bus_off":
        identifier |= BUSOFF
    elif state == "error_passive":
        identifier |= CRTL
        data[1] = CRTL_PASSIVE
    identifier |= COUNTERS
    data[6], data[7] = min(tec, 255), min(rec, 255)
    return can.Message(
        timestamp=timestamp, arbitration_id=identifier, is_extended_id=False,
        is_error_frame=True, data=data,
    )  # fmt: skip


def decode(message: can.Message) -> ErrorReport:
    """Return what an error frame says, if it speaks SocketCAN's language."""
    identifier = message.arbitration_id
    data = bytes(message.data).ljust(DATA_BYTES, b"\x00")
    tec, rec = (data[6], data[7]) if identifier & COUNTERS else (-1, -1)
    return ErrorReport(_what(identifier, data[1]), _state(identifier, data[1]), tec, rec)


def _what(identifier: int, controller: int) -> str:
    if identifier & ACK:
        return "no_acknowledge"
    if identifier & CRTL and controller & (CRTL_RX_OVERFLOW | CRTL_TX_OVERFLOW):
        return "overflow"
    if identifier & RESTARTED:
        return "restarted"
    return "error" if identifier & (PROT | BUSERROR | TX_TIMEOUT) else "unspecified"


def _state(identifier: int, controller: int) -> BusState | None:
    if identifier & BUSOFF:
        return "bus_off"
    if identifier & RESTARTED or (identifier & CRTL and controller & CRTL_ACTIVE):
        return "error_active"
    if identifier & CRTL and controller & CRTL_PASSIVE:
        return "error_passive"
    return None
