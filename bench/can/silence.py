"""Whether it means anything that a message did not come: its sender may be silent."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from bench.can.port import Port
from bench.can.roles import RoleMap
from bench.errors import Inconclusive
from bench.journal import Journal
from bench.units import duration, to_ns

if TYPE_CHECKING:
    from cantools.database.can import Message

MISSED = 5  # cycles without a frame: fewer may be lost, or come late


@runtime_checkable
class Asked(Protocol):
    """A connection to a bus on which messages are asked for: a LIN bus."""

    def unanswered(self, identifier: int) -> bool:
        """Whether nobody answered when a message was asked for last."""
        ...


@dataclass(frozen=True)
class Silence:
    """A time in which nothing came of a message.

    Attributes:
        port: the bench's connection to the bus.
        roles: its databases.
        journal: of the bench's clock.
    """

    port: Port
    roles: RoleMap
    journal: Journal

    def check(self, message: "Message", since_ns: int, until_ns: int) -> None:
        """Raise Inconclusive if the message is cyclic and the bus awake, or if it was asked for.

        A bus that sleeps already as the time begins says nothing, and is believed: before one falls
        asleep, the message comes. So is a time that was over when it was asked about: whether the
        bus was awake in it is not known any more.
        """
        if isinstance(self.port, Asked) and self.port.unanswered(message.frame_id):
            raise Inconclusive(
                f"{self.port.bus}: nobody answers the header of {message.name}: its publisher is "
                "silent, which proves nothing"
            )
        cycle_s = self._cycle_s(message)
        cycle_ns = to_ns(cycle_s)
        if not cycle_s or until_ns - since_ns < MISSED * cycle_ns:
            return
        asked_late = self.journal.now_ns() - until_ns > MISSED * cycle_ns
        awake_ns = self.port.last_activity_ns()
        if asked_late or awake_ns < max(0, since_ns - MISSED * cycle_ns):
            return
        lasted = duration((until_ns - since_ns) / 1e9)
        raise Inconclusive(
            f"{self.port.bus}: {message.name} comes every {duration(cycle_s)}, and did not once in "
            f"{lasted}, on a bus that was awake: its sender is silent, which proves nothing"
        )

    def _cycle_s(self, message: "Message") -> float:
        """Return how often a message comes by itself, as files say (0: nobody says)."""
        if message.send_type is not None and "cyclic" not in message.send_type.lower():
            return 0.0  # sent on change, or while something is active
        cycle_s, source = self.roles.cycle_of(message)
        return 0.0 if source == "default" else cycle_s
