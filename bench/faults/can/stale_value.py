"""A message that tells yesterday's news."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bench.can.site import CanSite
from bench.can.transmitter import KnownProtection
from bench.errors import ConfigError
from bench.faults.fault import Fault, Site
from bench.faults.on_bus import ChangedMessages, cut_off, site_of
from bench.injection import Injection, Undo

if TYPE_CHECKING:
    from cantools.database.can import Message


@dataclass(frozen=True)
class StaleValue(Fault):
    """A message's values stand still; its counter and its CRC go on and are right.

    They stand where they were before; in a message that was never sent before, at its first ones.

    Attributes:
        bus: which bus.
        message: which message, by its name or by a role.
    """

    acts_on: ClassVar[str] = "a bus"
    must: ClassVar[str] = "do what was asked once, whatever is reported of it"
    shown_by: ClassVar[str] = "gateways that go on repeating the last value of a lost unit"

    bus: str = "body"
    message: str = "door_lock_state"

    def check(self, site: Site) -> "tuple[CanSite, Message]":
        """Return the bus and the message.

        Raises:
            ConfigError: it is not there, or nobody knows how its counter would go on.
        """
        can = site_of(site, self.bus, "stale_value")
        message = can.message(self.message, "stale_value")
        section = can.roles.protection.get(message.name)
        if section is not None and can.protection(message) is None:
            raise ConfigError(
                f"stale_value: {message.name} on can.{can.bus} is protected by {section.scheme}: "
                "the bench cannot have its counter go on under a value that stands still"
            )
        return can, message

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Hold the values."""
        can, message = self.check(site)
        cut_off(can, injection, identifier=message.frame_id)
        return can.tampering.add(_Held(can, injection, message, can.protection(message)))


class _Held(ChangedMessages):
    def __init__(
        self,
        can: CanSite,
        injection: Injection,
        message: "Message",
        protection: KnownProtection | None,
    ) -> None:
        super().__init__(can, injection, [message], "with a stale value")
        self._protection = protection
        self._held: bytes | None = None

    def table(self, identity: int, table: Sequence[bytes], last: bytes | None) -> list[bytes]:
        del identity
        if self._held is None:
            self._held = table[0] if last is None else last
        if self._protection is None:
            return [self._held] * len(table)
        variants = self._protection.table(self._held)
        return [variants[self._protection.counter_of(data) or 0] for data in table]
