"""Nobody answers, for as long as it lasts."""

from dataclasses import dataclass
from typing import ClassVar

from bench.faults.dead_end import DeadEnd
from bench.faults.fault import Site
from bench.faults.on_attempts import Unanswered
from bench.faults.on_links import OnSides
from bench.faults.taps import no_tap_arrives
from bench.injection import Injection, Undo, together
from bench.network.connection import Connection
from bench.network.toxic import Direction, Stage


@dataclass(frozen=True)
class Silence(OnSides):
    """The cloud cannot be heard any more, and nobody says so: the network itself seems to work.

    Names resolve, SYNs are never answered, open connections carry nothing and do not end, text
    messages do not arrive: a jammer, a blocked country, a modem that hangs. Meant for outages
    without an end. With the clearing open connections are reset.
    """

    must: ClassVar[str] = "start and open as ever, however long it lasts; not take it for a theft"
    shown_by: ClassVar[str] = (
        "Porsche, Russia, from 28 November 2025: cars whose tracking unit heard nothing did not "
        "start (The Moscow Times; the cause is unproven)"
    )

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Let nothing pass, in either direction, and no text message either."""
        parties = {link.party for link in self.links(site)}
        return together(
            [
                self.put(site, lambda: _Mute(injection)),
                no_tap_arrives(site, injection, "not heard", parties),
            ]
        )


class _Mute(Unanswered):
    """A link that takes no connection and carries nothing over those that it has."""

    def __init__(self, injection: Injection) -> None:
        super().__init__(injection, "drop", cut=False)
        self._met_by = injection

    def stage(self, connection: Connection, direction: Direction) -> Stage:
        return DeadEnd(connection, direction, self._met_by)
