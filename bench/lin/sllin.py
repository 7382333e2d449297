"""How LIN frames travel as CAN frames: the convention of sllin, Linux' LIN line discipline.

From the project linux-lin (Czech Technical University and Volkswagen), `linux/lin_bus.h`, its
driver and its document: one network device per LIN bus; a LIN frame is a standard data frame, its
identifier the LIN one; a remote frame is a header (sent by the master, heard by a slave); an
extended frame to the driver sets up a response, and one from the driver tells of an error.
"""

from typing import Literal

import can

from bench.lin.checksum import LAST

CACHE_RESPONSE, CHECKSUM_EXTENDED, SINGLE_RESPONSE = 1 << 6, 1 << 7, 1 << 8
RX_TIMEOUT, CHECKSUM, FRAMING = 1 << 14, 1 << 15, 1 << 16
_ERRORS = {RX_TIMEOUT: "no_response", CHECKSUM: "checksum", FRAMING: "framing"}

Kind = Literal["header", "frame", "setup", "error", "foreign"]


def kind_of(message: can.Message) -> Kind:
    """Return what a frame on a sllin device is; "foreign" is no LIN at all."""
    identifier = message.arbitration_id
    if message.is_extended_id:
        if any(identifier & flag for flag in _ERRORS):
            return "error"
        return "setup" if identifier < RX_TIMEOUT else "foreign"
    if message.is_error_frame or message.is_fd or identifier > LAST:
        return "foreign"
    return "header" if message.is_remote_frame else "frame"


def header(identifier: int) -> can.Message:
    """Return what a header travels as."""
    return can.Message(arbitration_id=identifier, is_extended_id=False, is_remote_frame=True)


def frame(identifier: int, data: bytes) -> can.Message:
    """Return what a frame travels as."""
    return can.Message(arbitration_id=identifier, is_extended_id=False, data=data)


def setup(
    identifier: int, data: bytes, *, answers: bool, enhanced: bool, once: bool = False
) -> can.Message:
    """Return what tells the driver how a frame is made and, if it `answers`, its response."""
    flags = CACHE_RESPONSE * answers | CHECKSUM_EXTENDED * enhanced | SINGLE_RESPONSE * once
    return can.Message(arbitration_id=identifier | flags, is_extended_id=True, data=data)


def error(what: str) -> can.Message:
    """Return what an error travels as (it does not say of which frame)."""
    flag = next((flag for flag, word in _ERRORS.items() if word == what), FRAMING)
    return can.Message(arbitration_id=flag, is_extended_id=True)


def error_of(message: can.Message) -> str:
    """Return what an error frame says: no_response, checksum or framing."""
    return next(word for flag, word in _ERRORS.items() if message.arbitration_id & flag)
