"""The maker's cloud is switched off."""

from dataclasses import dataclass
from typing import ClassVar

from bench.faults.fault import Fault, Site
from bench.faults.on_attempts import Unanswered
from bench.faults.questions import nobody_resolves
from bench.faults.taps import no_tap_arrives
from bench.injection import Injection, Undo, together


@dataclass(frozen=True)
class ShutdownForever(Fault):
    """The maker is gone: no name, no host, nobody who wakes the car by text message.

    Meant for outages without an end; in a scenario it ends with its phase, like any other.
    """

    acts_on: ClassVar[str] = "the whole cloud"
    must: ClassVar[str] = "open, start and take new keys locally, for good"
    shown_by: ClassVar[str] = "WM Motor, October 2023 (Rest of World); Fisker, October 2024"

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Take names, hosts and text messages away."""
        return together(
            [
                site.network.put(lambda: Unanswered(injection, "refuse", cut=True)),
                nobody_resolves(site, injection),
                no_tap_arrives(site, injection, "no such service"),
            ]
        )
