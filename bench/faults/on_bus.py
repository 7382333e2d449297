"""What faults on a bus have in common."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from bench.can.databases import key_of
from bench.can.frame import Frame
from bench.can.site import CanSite
from bench.can.tampering import Tamper
from bench.errors import ConfigError, nearest
from bench.events import CutOff, FrameSpoiled
from bench.faults.fault import Site
from bench.injection import Injection

if TYPE_CHECKING:
    from cantools.database.can import Message

ALL = -1


def site_of(site: Site, bus: str, source: str) -> CanSite:
    """Return the bus that a fault is to disturb; raises ConfigError for one that is not there."""
    if bus not in site.can:
        raise ConfigError(f'{source}: no bus "{bus}": {nearest(bus, site.can)}')
    return site.can[bus]


def cut_off(can: CanSite, injection: Injection, node: str = "", identifier: int = ALL) -> None:
    """Record what the fault takes away by its nature: nobody is asked to do without it."""
    seq = injection.armed_seq
    can.journal.write(CutOff(can.bus, node, identifier), seq)


class ChangedMessages(Tamper):
    """A change of some messages, whose frames count as met and, if they are invalid, as spoiled.

    Args:
        can: the bus.
        injection: counts the frames.
        messages: which messages.
        operation: what is done to each, in a few words.
        how: what is wrong with each frame for a receiver ("": it is valid).
    """

    def __init__(
        self,
        can: CanSite,
        injection: Injection,
        messages: "Collection[Message]",
        operation: str,
        how: str = "",
    ) -> None:
        self._can, self._injection = can, injection
        self._names = {key_of(m): m.name for m in messages}
        self._operation, self._how = operation, how

    def selects(self, sender: str, identity: int) -> bool:
        """Whether it is one of the messages."""
        del sender
        return identity in self._names

    def sent(self, sender: str, frame: Frame, cause: int | None) -> int | None:
        """Count a frame that goes changed."""
        name = self._names[frame.identity]
        seq = self._injection.met(sender, f"{name} {self._operation}", cause)
        if not self._how:
            return seq
        spoiled = FrameSpoiled(self._can.bus, frame.identifier, self._how)
        return self._can.journal.write(spoiled, seq)
