"""Messages whose counter stands still."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bench.can.databases import key_of
from bench.can.site import CanSite
from bench.can.transmitter import KnownProtection
from bench.errors import ConfigError
from bench.faults.fault import Site
from bench.faults.on_bus import ChangedMessages, cut_off, site_of
from bench.injection import Injection, Undo

if TYPE_CHECKING:
    from cantools.database.can import Message

Protected = dict["Message", KnownProtection]


@dataclass(frozen=True)
class FrozenCounter:
    """The counter of protected messages stands still, with a CRC that fits: a sender that hangs.

    It stands where it was before; in a message that was never sent before, at its first value.

    Attributes:
        bus: which bus.
        message: which message, by its name or by a role ("": every protected one).
    """

    must: ClassVar[str] = "not act on a command whose counter does not move"
    shown_by: ClassVar[str] = "AUTOSAR E2E: repetition, one of the faults that it is made for"

    bus: str = "body"
    message: str = ""

    def check(self, site: Site) -> tuple[CanSite, Protected]:
        """Return the bus and the messages; raises ConfigError where nothing has a counter."""
        can = site_of(site, self.bus, "frozen_counter")
        found = can.protected(self.message, "frozen_counter")
        counting = {m: p for m, p in found.items() if p.counters > 1}
        if not counting:
            raise ConfigError(f"frozen_counter: {self.message or 'no message'} has a counter")
        return can, counting

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Freeze the counters."""
        can, counting = self.check(site)
        for message in counting:
            cut_off(can, injection, identifier=message.frame_id)
        return can.tampering.add(_Frozen(can, injection, counting))


class _Frozen(ChangedMessages):
    def __init__(self, can: CanSite, injection: Injection, messages: Protected) -> None:
        super().__init__(can, injection, messages, "with a frozen counter", "frozen_counter")
        self._protections = {key_of(m): p for m, p in messages.items()}
        self._counters: dict[int, int] = {}

    def table(self, identity: int, table: Sequence[bytes], last: bytes | None) -> list[bytes]:
        protection = self._protections[identity]
        if identity not in self._counters:
            before = table[0] if last is None else last
            self._counters[identity] = protection.counter_of(before) or 0
        return [protection.table(table[0])[self._counters[identity]]]
