"""Messages whose CRC is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from bench.can.site import CanSite
from bench.faults.on_protected import ChangedProtected, OnProtected, Protected
from bench.injection import Injection


@dataclass(frozen=True)
class WrongCrc(OnProtected):
    """The CRC of protected messages is wrong, every bit of it; value and counter are right.

    Attributes:
        bus: which bus.
        message: which message, by its name or by a role ("": every protected one).
    """

    must: ClassVar[str] = "not act on a command whose CRC is wrong"
    shown_by: ClassVar[str] = "AUTOSAR E2E: corruption, one of the faults that it is made for"

    def change(self, can: CanSite, injection: Injection, messages: Protected) -> ChangedProtected:
        """Return what spoils the CRCs."""
        return _Spoiled(can, injection, messages, "with a wrong CRC", "wrong_crc")


class _Spoiled(ChangedProtected):
    def table(self, identity: int, table: Sequence[bytes], last: bytes | None) -> list[bytes]:
        del last
        protection = self.protections[identity]
        # what another fault has spoiled already stays so: spoiled twice, it would be right again
        return [
            data if protection.counter_of(data) is None else protection.spoil(data)
            for data in table
        ]
