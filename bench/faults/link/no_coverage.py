"""No mobile coverage."""

from dataclasses import dataclass
from typing import ClassVar

from bench.faults.fault import Site
from bench.faults.on_links import OnSides
from bench.faults.taps import no_tap_arrives
from bench.faults.window import in_turns
from bench.injection import Injection, Undo, together
from bench.network.connection import Connection
from bench.network.link import Link
from bench.network.names import NameNotResolved
from bench.network.toxic import Direction, HoldStage, Stage, Toxic
from bench.units import Positive, Share


@dataclass(frozen=True)
class NoCoverage(OnSides):
    """The link is down: nothing gets through, and nothing that is under way is lost.

    Names do not resolve (there is no network to ask), new connections are not answered, and open
    ones stall until coverage returns.

    Attributes:
        duty: the part of each period without coverage; it begins without (1: all of it).
        period_s: from one loss of coverage to the next.
    """

    must: ClassVar[str] = "say that nothing was sent; open and start by local keys"
    shown_by: ClassVar[str] = "garages, and units in deep sleep: a maker's help pages for owners"

    duty: Share = 1.0
    period_s: Positive = 60.0

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Take coverage away, for all the time or a part of each period."""
        return in_turns(lambda: self._lose(site, injection), self.period_s, self.duty)

    def _lose(self, site: Site, injection: Injection) -> Undo:
        """Cut these links, and take their resolver and their text messages away."""
        parties = {link.party for link in self.links(site)}

        async def unreachable(party: str, name: str) -> None:
            if party in parties:
                injection.met(party, f"resolve {name}")
                raise NameNotResolved(name, "unreachable")

        return together(
            [
                self.put(site, lambda: _Down(injection)),
                site.network.names.rules.add(unreachable),
                no_tap_arrives(site, injection, "no coverage", parties),
            ]
        )


class _Down(Toxic):
    def __init__(self, injection: Injection) -> None:
        self._injection = injection
        self._undo: Undo | None = None

    def on_added(self, link: Link) -> None:
        self._undo = link.answer_syn("drop")

    def on_removed(self, link: Link) -> None:
        del link
        if self._undo is not None:
            self._undo()

    def stage(self, connection: Connection, direction: Direction) -> Stage:
        del direction
        return HoldStage(lambda: self._injection.met(connection.name, "data held"))
