"""What faults of protected messages have in common: messages with a known counter and CRC."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bench.can.databases import key_of
from bench.can.site import CanSite
from bench.can.transmitter import KnownProtection
from bench.faults.fault import Fault, Site, name_of
from bench.faults.on_bus import ChangedMessages, cut_off, site_of
from bench.injection import Injection, Undo

if TYPE_CHECKING:
    from cantools.database.can import Message

Protected = dict["Message", KnownProtection]


@dataclass(frozen=True)
class OnProtected(Fault):
    """A fault that makes protected messages invalid.

    Attributes:
        bus: which bus.
        message: which message, by its name or by a role ("": every protected one).
    """

    acts_on: ClassVar[str] = "messages on a bus"

    bus: str = "body"
    message: str = ""

    @abstractmethod
    def change(self, can: CanSite, injection: Injection, messages: Protected) -> "ChangedProtected":
        """Return what becomes of the messages."""

    def check(self, site: Site) -> tuple[CanSite, Protected]:
        """Return the bus and the messages; raises ConfigError where none is protected."""
        can = site_of(site, self.bus, name_of(self))
        return can, can.protected(self.message, name_of(self))

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Change the messages: nobody is asked to do with them."""
        can, messages = self.check(site)
        for message in messages:
            cut_off(can, injection, identifier=message.frame_id)
        return can.tampering.add(self.change(can, injection, messages))


class ChangedProtected(ChangedMessages):
    """A change of protected messages, which makes each of their frames invalid.

    Args:
        can: the bus.
        injection: counts the frames.
        messages: which messages, and how each is protected.
        operation: what is done to each, in a few words.
        how: what is wrong with each frame for a receiver.

    Attributes:
        protections: per message how it is protected.
    """

    def __init__(
        self, can: CanSite, injection: Injection, messages: Protected, operation: str, how: str
    ) -> None:
        super().__init__(can, injection, messages, operation, how)
        self.protections = {key_of(m): p for m, p in messages.items()}
