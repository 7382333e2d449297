"""The bench's diagnostic client: worded by udsoncan, waiting on the bench's clock."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bench.can.port import Port
from bench.diagnosis.address import UnitAddress
from bench.diagnosis.codec import (
    Answer,
    code_records,
    data_record,
    is_answer_to,
    request_of,
    understood,
)
from bench.diagnosis.iso_tp import IsoTp
from bench.errors import DiagnosisError

P2_S, P2_STAR_S = 0.050, 5.000  # ISO 14229-2, table 4
DELTA_P2_S = 0.2  # assumed: what waking the bus, gateways and transport may add
MOST_PENDING_S = 60.0  # so long "response pending" is no answer (assumed)
MOST_BUSY, BUSY_S = 10, 0.1  # so often, so far apart a busy unit is asked again (assumed)
KEEP_S = 2.0  # ISO 14229-2: below S3 server (5 s)
STORED = 0x2F  # failed now, in this cycle, pending, confirmed, or since the memory was cleared
HARD_RESET, BY_STATUS_MASK, SUPPORTED = 0x01, 0x02, 0x0A


class UdsClient:
    """A connection to one unit.

    TesterPresent is not sent unless asked for: a unit that is told that a tester is there does
    not sleep, and neither does its bus.

    Args:
        port: the bench's connection to the unit's bus.
        unit: its name.
        address: where it answers.
        now_ns: the bench clock.
    """

    def __init__(
        self, port: Port, unit: str, address: UnitAddress, now_ns: Callable[[], int]
    ) -> None:
        self.unit, self.address = unit, address
        self.last_seq: int | None = None
        self._answers: asyncio.Queue[bytes | str] = asyncio.Queue()
        self._one_at_a_time = asyncio.Lock()
        self._transport = IsoTp(
            port, address.request, address.response, self._on_message, now_ns=now_ns,
            extended=address.extended, fd=address.fd, on_error=self._answers.put_nowait,
        )  # fmt: skip

    def close(self) -> None:
        """Hear no more."""
        self._transport.close()

    # ── services ──────────────────────────────────────────────────────────────────────────

    async def read(self, identifier: int) -> bytes:
        """Read one data identifier (0x22); raises DiagnosisError."""
        with self._naming(f"0x{identifier:04X}"):
            answer = await self._ask("ReadDataByIdentifier", identifier)
            with self._understanding("ReadDataByIdentifier"):
                return data_record(identifier, answer)

    async def codes(self, mask: int = STORED) -> tuple[tuple[str, int], ...]:
        """Read stored trouble codes and their status bytes (0x19 02); raises DiagnosisError."""
        return await self._codes(BY_STATUS_MASK, mask)

    async def supported_codes(self) -> tuple[tuple[str, int], ...]:
        """Read every code that the unit could set (0x19 0A); raises DiagnosisError."""
        return await self._codes(SUPPORTED)

    async def _codes(self, report: int, *mask: int) -> tuple[tuple[str, int], ...]:
        answer = await self._ask("ReadDTCInformation", report, *mask)
        with self._understanding("ReadDTCInformation"):
            return code_records(report, answer)

    async def clear(self) -> None:
        """Clear every trouble code (0x14); raises DiagnosisError."""
        await self._ask("ClearDiagnosticInformation")

    async def reset(self, kind: int = HARD_RESET) -> None:
        """Reset the unit (0x11); raises DiagnosisError."""
        await self._ask("ECUReset", kind)

    async def session(self, session: int) -> None:
        """Change the diagnostic session (0x10); raises DiagnosisError."""
        await self._ask("DiagnosticSessionControl", session)

    async def keep_session(self) -> None:
        """Say that a tester is present (0x3E 80), again and again, until cancelled."""
        while True:
            self._transport.send(request_of("TesterPresent"), None)
            await asyncio.sleep(KEEP_S)

    # ── asking ────────────────────────────────────────────────────────────────────────────

    async def _ask(self, service: str, *arguments: int) -> bytes:
        """Send a request and return its positive answer; raises DiagnosisError."""
        request = request_of(service, *arguments)
        async with self._one_at_a_time:
            answer = await self._answer(service, request)
            for _ in range(MOST_BUSY):  # a unit that is busy wants to be asked again
                if not answer.busy:
                    break
                await asyncio.sleep(BUSY_S)
                answer = await self._answer(service, request)
        return self._positive(service, answer)

    async def _answer(self, service: str, request: bytes) -> Answer:
        """Send a request and return what is answered in the end."""
        while not self._answers.empty():
            self._answers.get_nowait()  # too late for an earlier question
        self._transport.send(request, None)
        patience_s, loop = P2_S + DELTA_P2_S, asyncio.get_running_loop()
        until_s = loop.time() + MOST_PENDING_S
        while loop.time() < until_s:
            answer = await self._next(service, request, patience_s)
            if not answer.pending:
                return answer
            patience_s = P2_STAR_S + DELTA_P2_S
        raise DiagnosisError(f"{self.unit}: {service}: only ever says that the answer is pending")

    async def _next(self, service: str, request: bytes, patience_s: float) -> Answer:
        """Return the next answer to a request; one to an earlier question is passed over."""
        until_s, besides = asyncio.get_running_loop().time() + patience_s, ""
        while (answer := await self._heard(until_s)) is not None:
            if isinstance(answer, str):
                raise DiagnosisError(f"{self.unit}: {service}: {answer}")
            if is_answer_to(request, answer):
                return understood(answer)
            besides = f" but one to another question: {answer.hex()}"
        within = f"no answer within {patience_s * 1000:.0f} ms"
        raise DiagnosisError(f"{self.unit}: {service}: {within}{besides}")

    async def _heard(self, until_s: float) -> bytes | str | None:
        """Return what is heard next, or None.

        P2 is until an answer begins (ISO 14229-2): for its further frames the transport has a
        time-out of its own. What is there when a busy computer comes to look has come in time.
        """
        while True:
            try:
                async with asyncio.timeout_at(until_s):
                    return await self._answers.get()
            except TimeoutError:
                if not self._answers.empty():
                    return self._answers.get_nowait()
                if not self._transport.receiving:
                    return None
                until_s = asyncio.get_running_loop().time() + P2_S

    def _positive(self, service: str, answer: Answer) -> bytes:
        problem = answer.invalid or (answer.refusal and f"refused: {answer.refusal}")
        if problem:
            raise DiagnosisError(f"{self.unit}: {service}: {problem}")
        return answer.payload

    @contextmanager
    def _understanding(self, service: str) -> Iterator[None]:
        try:
            yield
        except ValueError as error:
            raise DiagnosisError(f"{self.unit}: {service}: {error}") from None

    @contextmanager
    def _naming(self, what: str) -> Iterator[None]:
        """Let an error say what was asked for."""
        try:
            yield
        except DiagnosisError as error:
            raise DiagnosisError(f"{error} ({what})") from None

    def _on_message(self, message: bytes, seq: int | None) -> None:
        self.last_seq = seq
        self._answers.put_nowait(message)
