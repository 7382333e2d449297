"""The diagnostic server of a simulated unit: a subset of ISO 14229-1, written after the standard.

It shares no code with the client (which speaks through udsoncan), so each checks the other.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from bench.diagnosis.trouble_codes import AVAILABLE, TroubleCodes, code_bytes

P2_S, P2_STAR_S = 0.050, 5.000  # ISO 14229-2, table 4: default server timing
ANSWER_S = 0.005  # assumed: how soon a unit answers what it knows at once
CLEAR_S = 0.2  # assumed: erasing memory takes longer than P2, so "response pending" is seen
RESET_S = 0.5  # assumed: how long a unit is away after a reset

SESSION, RESET, CLEAR, READ_CODES, READ_DATA, TESTER_PRESENT = 0x10, 0x11, 0x14, 0x19, 0x22, 0x3E
NOT_SUPPORTED, NO_SUBFUNCTION, WRONG_LENGTH, OUT_OF_RANGE, PENDING = 0x11, 0x12, 0x13, 0x31, 0x78
DEFAULT_SESSION, EXTENDED_SESSION = 0x01, 0x03
BY_STATUS_MASK, SUPPORTED = 0x02, 0x0A
SUPPRESS, POSITIVE = 0x80, 0x40
WITH_SUBFUNCTION = {SESSION, RESET, READ_CODES, TESTER_PRESENT}

Send = Callable[[bytes, int | None], None]


class Refusal(Exception):
    """A negative response (its code is the argument)."""


@dataclass
class UdsServer:
    """Answers diagnostic requests.

    Attributes:
        codes: the unit's memory of trouble codes.
        data: per data identifier what it reads.
        on_reset: told of a reset, before the unit is away.
        session: the session that is open.
    """

    codes: TroubleCodes
    data: dict[int, Callable[[], bytes]]
    on_reset: Callable[[int | None], None]
    send: Send
    start_task: Callable[[Coroutine[Any, Any, Any]], object]
    session: int = DEFAULT_SESSION
    _away: bool = field(default=False, repr=False)

    def request(self, request: bytes, cause: int | None) -> None:
        """Take a request; the answer goes out by `send`."""
        if request and not self._away:
            self.start_task(self._answer(request, cause))

    async def _answer(self, request: bytes, cause: int | None) -> None:
        await asyncio.sleep(ANSWER_S)
        service = request[0]
        if service == CLEAR:
            await asyncio.sleep(P2_S - 2 * ANSWER_S)
            self.send(bytes([0x7F, service, PENDING]), cause)
            await asyncio.sleep(CLEAR_S)
        try:
            answer = self._serve(service, request)
        except Refusal as refusal:
            self.send(bytes([0x7F, service, refusal.args[0]]), cause)
            return
        quiet = service in WITH_SUBFUNCTION and request[1] & SUPPRESS
        if not quiet:
            self.send(bytes([service + POSITIVE]) + answer, cause)
        if service == RESET:
            await self._reset(cause)

    def _serve(self, service: int, request: bytes) -> bytes:
        """Return what follows the service's identifier in a positive response."""
        serve = {
            SESSION: self._open_session, RESET: self._accept_reset, CLEAR: self._clear,
            READ_CODES: self._read_codes, READ_DATA: self._read_data, TESTER_PRESENT: self._present,
        }.get(service)  # fmt: skip
        if serve is None:
            raise Refusal(NOT_SUPPORTED)
        if len(request) < 2:
            raise Refusal(WRONG_LENGTH)
        return serve(request)

    def _open_session(self, request: bytes) -> bytes:
        session = request[1] & ~SUPPRESS
        _expect_length(request, 2)
        if session not in {DEFAULT_SESSION, EXTENDED_SESSION}:
            raise Refusal(NO_SUBFUNCTION)
        self.session = session
        times = round(P2_S * 1000).to_bytes(2, "big") + round(P2_STAR_S * 100).to_bytes(2, "big")
        return bytes([session]) + times

    def _accept_reset(self, request: bytes) -> bytes:
        kind = request[1] & ~SUPPRESS
        _expect_length(request, 2)
        if kind not in {0x01, 0x03}:  # hard, soft
            raise Refusal(NO_SUBFUNCTION)
        return bytes([kind])

    async def _reset(self, cause: int | None) -> None:
        self._away, self.session = True, DEFAULT_SESSION
        self.on_reset(cause)
        await asyncio.sleep(RESET_S)
        self._away = False

    def _clear(self, request: bytes) -> bytes:
        _expect_length(request, 4)
        if request[1:] != b"\xff\xff\xff":  # all groups; this unit knows no single ones
            raise Refusal(OUT_OF_RANGE)
        self.codes.clear()
        return b""

    def _read_codes(self, request: bytes) -> bytes:
        report = request[1] & ~SUPPRESS
        if report == BY_STATUS_MASK:
            _expect_length(request, 3)
            found = self.codes.matching(request[2])
        elif report == SUPPORTED:
            _expect_length(request, 2)
            found = [(code, self.codes.status.get(code, 0)) for code in self.codes.supported]
        else:
            raise Refusal(NO_SUBFUNCTION)
        records = b"".join(code_bytes(code) + bytes([status]) for code, status in found)
        return bytes([report, AVAILABLE]) + records

    def _read_data(self, request: bytes) -> bytes:
        if len(request) % 2 == 0:
            raise Refusal(WRONG_LENGTH)
        answer = b""
        for place in range(1, len(request), 2):
            identifier = int.from_bytes(request[place : place + 2], "big")
            if identifier not in self.data:
                raise Refusal(OUT_OF_RANGE)
            answer += request[place : place + 2] + self.data[identifier]()
        return answer

    def _present(self, request: bytes) -> bytes:
        _expect_length(request, 2)
        if request[1] & ~SUPPRESS:
            raise Refusal(NO_SUBFUNCTION)
        return b"\x00"


def _expect_length(request: bytes, length: int) -> None:
    if len(request) != length:
        raise Refusal(WRONG_LENGTH)
