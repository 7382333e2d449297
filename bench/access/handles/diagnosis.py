"""Diagnosis in a test's hands."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from bench.access.handles.world import World
from bench.errors import ConfigError

if TYPE_CHECKING:
    from bench.diagnosis.client import UdsClient

T = TypeVar("T")
MOST_IDENTIFIER = 0xFFFF


class DiagnosisHandle:
    """The bench's diagnostic tester; units are named as in the car file's `[diagnosis]`.

    Every call raises DiagnosisError where the unit does not answer or refuses, and ConfigError for
    a unit that the car file does not have.
    """

    def __init__(self, bench: World) -> None:
        self._bench = bench

    @property
    def units(self) -> list[str]:
        """The units that can be asked."""
        return list(self._bench.station.diagnosis.addresses)

    def read(self, unit: str, identifier: int) -> bytes:
        """Read a data identifier (UDS 0x22), 0 to 0xFFFF."""
        if isinstance(identifier, bool) or not isinstance(identifier, int):
            raise ConfigError(f"identifier: {identifier!r} is no whole number: write 0xF190")
        if not 0 <= identifier <= MOST_IDENTIFIER:
            raise ConfigError(f"identifier: {identifier:#x}: UDS has 0 to {MOST_IDENTIFIER:#x}")
        return self._ask(unit, lambda client: client.read(identifier))

    def codes(self, unit: str) -> dict[str, int]:
        """Read stored trouble codes, each with its status byte (UDS 0x19 02)."""
        return dict(self._ask(unit, lambda client: client.codes()))

    def clear(self, unit: str) -> None:
        """Clear a unit's trouble codes (UDS 0x14)."""
        self._ask(unit, lambda client: client.clear())

    def reset(self, unit: str) -> None:
        """Reset a unit (UDS 0x11 01)."""
        self._ask(unit, lambda client: client.reset())

    def _ask(self, unit: str, question: "Callable[[UdsClient], Awaitable[T]]") -> T:
        """Ask inside the loop, where the connection to a unit lives."""

        async def ask() -> T:
            return await question(self._bench.station.diagnosis.client(unit))

        return self._bench.run(ask())
