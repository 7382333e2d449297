"""No mobile coverage."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from bench.faults.fault import Fault, Site
from bench.injection import Injection, Undo
from bench.network.connection import Connection
from bench.network.link import Link
from bench.network.names import NameNotResolved
from bench.network.toxic import Direction, HoldStage, Stage, Toxic


@dataclass(frozen=True)
class NoCoverage(Fault):
    """The link is down: nothing gets through, and nothing that is under way is lost.

    Names do not resolve (there is no network to ask), new connections are not answered, and open
    ones stall until coverage returns.

    Attributes:
        side: who is without coverage: the phone, the car, or both.
    """

    acts_on: ClassVar[str] = "coverage"
    must: ClassVar[str] = "say that nothing was sent; open and start by local keys"
    shown_by: ClassVar[str] = "garages, and units in deep sleep: a maker's help pages for owners"

    side: Literal["phone", "car", "both"] = "both"

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Cut the links of this side, and take its resolver and its text messages away."""
        parties = {link.party for link in site.network.select(side=self.side)}

        async def unreachable(party: str, name: str) -> None:
            if party in parties:
                injection.met(party, f"resolve {name}")
                raise NameNotResolved(name, "unreachable")

        def no_tap(vehicle: str) -> str | None:
            injection.met("carrier", f"tap {vehicle}")
            return "no coverage"

        undos = [
            site.network.put(lambda: _Down(injection), side=self.side),
            site.network.names.rules.add(unreachable),
        ]
        if self.side != "phone":
            undos.append(site.cloud.carrier.rules.add(no_tap))

        def undo() -> None:
            for each in undos:
                each()

        return undo


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
