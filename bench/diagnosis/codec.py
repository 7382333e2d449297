"""Diagnostic requests and answers in bytes, worded by udsoncan.

Everything here is a pure function of its arguments and is remembered: a campaign asks the same
units the same questions thousands of times, and udsoncan looks its services up by reflection.
"""

from dataclasses import dataclass
from functools import lru_cache

from udsoncan import DidCodec
from udsoncan.exceptions import (
    ConfigError,
    InvalidResponseException,
    UnexpectedResponseException,
)
from udsoncan.Request import Request
from udsoncan.Response import Response
from udsoncan.ResponseCode import ResponseCode
from udsoncan.services.ClearDiagnosticInformation import ClearDiagnosticInformation
from udsoncan.services.DiagnosticSessionControl import DiagnosticSessionControl
from udsoncan.services.ECUReset import ECUReset
from udsoncan.services.ReadDataByIdentifier import ReadDataByIdentifier
from udsoncan.services.ReadDTCInformation import ReadDTCInformation
from udsoncan.services.TesterPresent import TesterPresent

from bench.diagnosis.trouble_codes import code_text

NEGATIVE, POSITIVE = b"\x7f", 0x40  # the first byte of a refusal; what a positive one adds
# how many bytes of the question its positive answer repeats (ISO 14229-1)
_ECHOED = {0x10: 1, 0x11: 1, 0x19: 1, 0x22: 2}
_REMEMBERED = 1024


@dataclass(frozen=True)
class Answer:
    """What an answer says, before its data is looked at.

    Attributes:
        payload: all of it.
        pending: whether it only says that the answer is to come.
        busy: whether it asks for the question once more, later.
        refusal: why it is negative ("" where it is positive).
        invalid: why it is no answer at all ("" where it is one).
    """

    payload: bytes
    pending: bool = False
    busy: bool = False
    refusal: str = ""
    invalid: str = ""


@lru_cache(_REMEMBERED)
def request_of(service: str, *arguments: int) -> bytes:
    """Return a request in bytes.

    Args:
        service: by name.
        arguments: identifier; report and status mask; kind of reset; session.
    """
    request: Request
    if service == "ReadDataByIdentifier":
        request = ReadDataByIdentifier.make_request(list(arguments), None)
    elif service == "ReadDTCInformation":
        mask = arguments[1] if len(arguments) > 1 else None
        request = ReadDTCInformation.make_request(arguments[0], status_mask=mask)
    elif service == "ClearDiagnosticInformation":
        request = ClearDiagnosticInformation.make_request()
    elif service == "ECUReset":
        request = ECUReset.make_request(*arguments)
    elif service == "DiagnosticSessionControl":
        request = DiagnosticSessionControl.make_request(*arguments)
    else:
        quiet: bytes = TesterPresent.make_request().get_payload(suppress_positive_response=True)
        return quiet
    payload: bytes = request.get_payload()
    return payload


def is_answer_to(request: bytes, answer: bytes) -> bool:
    """Whether an answer is to a request; what makes no sense might be.

    >>> read = bytes.fromhex("22F190")
    >>> [is_answer_to(read, bytes.fromhex(a)) for a in ("62F19041", "62F18941", "5902FF", "7F2231")]
    [True, False, False, True]
    """
    service, echoed = request[0], _ECHOED.get(request[0], 0)
    if answer[:1] == NEGATIVE:
        return answer[1:2] == request[:1]
    if answer[:1] != bytes((service + POSITIVE,)):
        return bool(understood(answer).invalid)
    return len(answer) <= echoed or answer[1 : 1 + echoed] == request[1 : 1 + echoed]


@lru_cache(_REMEMBERED)
def understood(payload: bytes) -> Answer:
    """Return what an answer says."""
    response = Response.from_payload(payload)
    if not response.valid or response.service is None:
        return Answer(payload, invalid=str(response.invalid_reason))
    return Answer(
        payload,
        pending=response.code == ResponseCode.RequestCorrectlyReceived_ResponsePending,
        busy=response.code == ResponseCode.BusyRepeatRequest,
        refusal="" if response.positive else response.code_name,
    )


class _WholeRest(DidCodec):
    """A data identifier whose value is all that is left of the answer: it is asked for alone."""

    def decode(self, did_payload: bytes) -> bytes:
        return did_payload

    def __len__(self) -> int:
        raise DidCodec.ReadAllRemainingData


@lru_cache(_REMEMBERED)
def data_record(identifier: int, payload: bytes) -> bytes:
    """Return the value in a positive answer to 0x22; raises ValueError if it is not in it."""
    response = Response.from_payload(payload)
    try:
        read = ReadDataByIdentifier.interpret_response(
            response, [identifier], {identifier: _WholeRest}
        )
        value: bytes = read.service_data.values[identifier]
    # ConfigError: what the answer holds is another identifier than the one that was asked for
    except (
        ConfigError, InvalidResponseException, UnexpectedResponseException, KeyError,
    ) as error:  # fmt: skip
        raise ValueError(str(error)) from None
    return value


@lru_cache(_REMEMBERED)
def code_records(report: int, payload: bytes) -> tuple[tuple[str, int], ...]:
    """Return codes and status bytes in a positive answer to 0x19; raises ValueError."""
    try:
        read = ReadDTCInformation.interpret_response(Response.from_payload(payload), report)
    except (InvalidResponseException, UnexpectedResponseException) as error:
        raise ValueError(str(error)) from None
    return tuple(
        (code_text(dtc.id.to_bytes(3, "big")), dtc.status.get_byte_as_int())
        for dtc in read.service_data.dtcs
    )
