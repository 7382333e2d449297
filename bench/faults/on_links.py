"""Faults that act on links: which links and which of their connections they meet."""

from abc import abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from bench.errors import ConfigError, nearest
from bench.faults.chosen import Chosen
from bench.faults.fault import Fault, Site, name_of
from bench.faults.sample import Sample
from bench.injection import Injection, Undo
from bench.network.link import Link
from bench.network.on_chosen import OnChosen
from bench.network.parties import Party
from bench.network.toxic import Toxic

Side = Literal["phone", "car", "both"]


@dataclass(frozen=True, kw_only=True)
class OnSides(Fault):
    """A fault of whole links: whose are met.

    Attributes:
        side: whose links.
        party: only this party's ("phone", "tcu", "witness_phone", …; "": everybody's on that side).
    """

    acts_on: ClassVar[str] = "whole links"

    side: Side = "both"
    party: Literal["", Party] = ""

    def check(self, site: Site) -> object:
        """Raise ConfigError for a party that has no link on that side."""
        if self.party and not any(self.links(site)):
            there = {link.party for link in site.network.select(side=self.side)}
            raise ConfigError(
                f'{name_of(self)}.party: "{self.party}" has no link here'
                f"{'' if self.side == 'both' else f', on the side of the {self.side}'}: "
                f"{nearest(self.party, there)}"
            )
        return None

    def links(self, site: Site, service: str = "any") -> Iterator[Link]:
        """Yield the links that are met."""
        return site.network.select(service, self.side, self.party)

    def put(self, site: Site, make: Callable[[], Toxic], service: str = "any") -> Undo:
        """Put a toxic on each link that is met."""
        return site.network.put(make, service, self.side, self.party)


@dataclass(frozen=True, kw_only=True)
class OnLinks(OnSides, Sample):
    """A fault that is a toxic on every link that is met, and meets connections.

    A share is drawn once for each connection, and then holds for all of its life.

    Attributes:
        service: which service ("api", "push", "any").
    """

    acts_on: ClassVar[str] = "whole connections"

    service: Literal["api", "push", "any"] = "any"

    @abstractmethod
    def toxic(self, injection: Injection) -> Toxic:
        """Return the fault's effect on one link."""

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Put the toxic on every link that is met."""
        return self.put(site, self.choosing(injection), self.service)

    def choosing(self, injection: Injection) -> Callable[[], Toxic]:
        """Return what makes the toxic of a link, which acts on the connections that are met."""
        if self.share >= 1 and not self.first:
            return lambda: self.toxic(injection)
        chosen = Chosen(self, injection)  # one for all links: they count together
        return lambda: OnChosen(self.toxic(injection), chosen.takes)
