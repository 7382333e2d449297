"""Messages whose CRC is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bench.can.databases import key_of
from bench.can.site import CanSite
from bench.can.transmitter import KnownProtection
from bench.faults.fault import Site
from bench.faults.on_bus import ChangedMessages, cut_off, site_of
from bench.injection import Injection, Undo

if TYPE_CHECKING:
    from cantools.database.can import Message

Protected = dict["Message", KnownProtection]


@dataclass(frozen=True)
class WrongCrc:
    """The CRC of protected messages is wrong, every bit of it; value and counter are right.

    Attributes:
        bus: which bus.
        message: which message, by its name or by a role ("": every protected one).
    """

    must: ClassVar[str] = "not act on a command whose CRC is wrong"
    shown_by: ClassVar[str] = "AUTOSAR E2E: corruption, one of the faults that it is made for"

    bus: str = "body"
    message: str = ""

    def check(self, site: Site) -> tuple[CanSite, Protected]:
        """Return the bus and the messages; raises ConfigError where nothing has a known CRC."""
        can = site_of(site, self.bus, "wrong_crc")
        return can, can.protected(self.message, "wrong_crc")

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Spoil the CRCs."""
        can, protected = self.check(site)
        for message in protected:
            cut_off(can, injection, identifier=message.frame_id)
        return can.tampering.add(_Spoiled(can, injection, protected))


class _Spoiled(ChangedMessages):
    def __init__(self, can: CanSite, injection: Injection, messages: Protected) -> None:
        super().__init__(can, injection, messages, "with a wrong CRC", "wrong_crc")
        self._protections = {key_of(m): p for m, p in messages.items()}

    def table(self, identity: int, table: Sequence[bytes], last: bytes | None) -> list[bytes]:
        del last
        return [self._protections[identity].spoil(data) for data in table]
