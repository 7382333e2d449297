"""Messages whose counter stands still."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from bench.can.site import CanSite
from bench.errors import ConfigError
from bench.faults.fault import Site
from bench.faults.on_protected import ChangedProtected, OnProtected, Protected
from bench.injection import Injection


@dataclass(frozen=True)
class FrozenCounter(OnProtected):
    """The counter of protected messages stands still, with a CRC that fits: a sender that hangs.

    It stands where it was before; in a message that was never sent before, at its first value.

    Attributes:
        bus: which bus.
        message: which message, by its name or by a role ("": every protected one).
    """

    must: ClassVar[str] = "not act on a command whose counter does not move"
    shown_by: ClassVar[str] = "AUTOSAR E2E: repetition, one of the faults that it is made for"

    def check(self, site: Site) -> tuple[CanSite, Protected]:
        """Return the bus and the messages; raises ConfigError where nothing has a counter."""
        can, found = super().check(site)
        counting = {m: p for m, p in found.items() if p.counters > 1}
        if not counting:
            raise ConfigError(f"frozen_counter: {self.message or 'no message'} has a counter")
        return can, counting

    def change(self, can: CanSite, injection: Injection, messages: Protected) -> ChangedProtected:
        """Return what freezes the counters."""
        return _Frozen(can, injection, messages, "with a frozen counter", "frozen_counter")


class _Frozen(ChangedProtected):
    def __init__(
        self, can: CanSite, injection: Injection, messages: Protected, operation: str, how: str
    ) -> None:
        super().__init__(can, injection, messages, operation, how)
        self._counters: dict[int, int] = {}

    def table(self, identity: int, table: Sequence[bytes], last: bytes | None) -> list[bytes]:
        protection = self.protections[identity]
        if identity not in self._counters:
            before = table[0] if last is None else last
            self._counters[identity] = protection.counter_of(before) or 0
        return [protection.table(table[0])[self._counters[identity]]]
