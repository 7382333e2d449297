"""The bench's diagnostic tester: who units are, how coded, what troubles they store."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from bench.can.port import Port
from bench.diagnosis.address import UnitAddress
from bench.errors import ConfigError, DiagnosisError, nearest
from bench.events import CodesRead, DiagnosisFailed, UnitIdentified
from bench.journal import Journal

if TYPE_CHECKING:
    from bench.diagnosis.client import UdsClient


class Diagnosis:
    """The bench's diagnostic tester.

    Args:
        addresses: per unit where it answers.
        make_port: makes the bench's connection to a bus, as a node of this name.
        journal: where answers are recorded.
        tester_present: whether units are told all the time that a tester is there.
    """

    def __init__(
        self,
        addresses: dict[str, UnitAddress],
        make_port: Callable[[str, str], Port],
        journal: Journal,
        *,
        tester_present: bool = False,
    ) -> None:
        self.addresses = addresses
        self._make_port, self._journal = make_port, journal
        self._tester_present = tester_present
        self._clients: dict[str, UdsClient] = {}
        self._keeping: list[asyncio.Task[None]] = []

    def client(self, unit: str) -> "UdsClient":
        """Return the connection to a unit; raises ConfigError where the car file has none."""
        if unit not in self.addresses:
            raise ConfigError(f'no diagnosis of "{unit}": {nearest(unit, self.addresses)}')
        if unit not in self._clients:
            from bench.diagnosis.client import UdsClient

            address = self.addresses[unit]
            port = self._make_port(address.bus, "tester")
            client = self._clients[unit] = UdsClient(port, unit, address, self._journal.now_ns)
            if self._tester_present:
                self._keeping.append(asyncio.ensure_future(client.keep_session()))
        return self._clients[unit]

    # ── evidence ──────────────────────────────────────────────────────────────────────────

    async def identify(self) -> None:
        """Record what every unit is and how it is coded."""
        for unit, address in self.addresses.items():
            for identifier in (*address.identification, *address.coding):
                try:
                    value = await self.client(unit).read(identifier)
                except DiagnosisError as error:
                    self._failed(unit, "before", error)
                    break  # who does not answer once would cost a time-out for each question
                event = UnitIdentified(unit, identifier, _words(value))
                self._journal.write(event, self.client(unit).last_seq)

    async def read_codes(self, moment: str) -> dict[str, tuple[str, ...]]:
        """Record the trouble codes that every unit has stored; return them."""
        found = {}
        for unit in self.addresses:
            try:
                stored = await self.client(unit).codes()
            except DiagnosisError as error:
                self._failed(unit, moment, error)
                continue
            codes = found[unit] = tuple(code for code, _ in stored)
            self._journal.write(CodesRead(unit, moment, codes), self.client(unit).last_seq)
        return found

    def _failed(self, unit: str, moment: str, error: DiagnosisError) -> None:
        self._journal.write(DiagnosisFailed(unit, moment, str(error)))

    # ── the starting state ────────────────────────────────────────────────────────────────

    def knows(self, item: str) -> str | None:
        """Return the unit that can tell an item of the starting state, or None."""
        return next((u for u, address in self.addresses.items() if item in address.state), None)

    async def state(self, item: str) -> int:
        """Read an item of the starting state; raises DiagnosisError."""
        unit = self.knows(item)
        if unit is None:
            raise DiagnosisError(f"no unit tells {item}")
        told = dict[str, int](self.addresses[unit].state.items())
        value = await self.client(unit).read(told[item])
        return int.from_bytes(value, "big")

    def close(self) -> None:
        """Ask no more."""
        for task in self._keeping:
            task.cancel()
        for client in self._clients.values():
            client.close()


def _words(value: bytes) -> str:
    """Return a value as text if it is text, else in hex.

    >>> _words(b"1.0"), _words(bytes([0, 7]))
    ('1.0', '0007')
    """
    printable = bool(value) and all(0x20 <= byte < 0x7F for byte in value)
    return value.decode("ascii") if printable else value.hex()
