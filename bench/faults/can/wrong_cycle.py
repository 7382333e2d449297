"""A cyclic message that comes at a wrong period."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bench.can.site import CanSite
from bench.errors import ConfigError
from bench.faults.fault import Fault, Site
from bench.faults.on_bus import ChangedMessages, site_of
from bench.injection import Injection, Undo
from bench.units import Positive

if TYPE_CHECKING:
    from cantools.database.can import Message


@dataclass(frozen=True)
class WrongCycle(Fault):
    """A cyclic message comes too seldom, or too often; each frame of it is right.

    Attributes:
        bus: which bus.
        message: which message, by its name or by a role.
        factor: the period as a multiple of what it should be; below 1 it comes too often.
    """

    acts_on: ClassVar[str] = "a bus"
    must: ClassVar[str] = "open all the same: a state that comes late is still that state"
    shown_by: ClassVar[str] = "AUTOSAR COM: deadline monitoring exists because it happens"

    bus: str = "body"
    message: str = "door_lock_state"
    factor: Positive = 10.0

    def check(self, site: Site) -> "tuple[CanSite, Message]":
        """Return the bus and the message; raises ConfigError for one that is not there."""
        can = site_of(site, self.bus, "wrong_cycle")
        if self.factor == 1:
            raise ConfigError("wrong_cycle: factor: 1 changes nothing")
        return can, can.message(self.message, "wrong_cycle")

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Stretch or shorten the period."""
        can, message = self.check(site)
        return can.tampering.add(_Stretched(can, injection, message, self.factor))


class _Stretched(ChangedMessages):
    def __init__(
        self, can: CanSite, injection: Injection, message: "Message", factor: float
    ) -> None:
        super().__init__(can, injection, [message], f"at {factor:g} times its period")
        self._factor = factor

    def period_ns(self, period_ns: int) -> int:
        return max(1, round(period_ns * self._factor))
