"""The cloud's names do not exist."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from bench.faults.fault import Site
from bench.injection import Injection, Undo
from bench.network.names import NameNotResolved
from bench.units import Share


@dataclass(frozen=True)
class Nxdomain:
    """Names do not resolve: the resolver answers that there is no such name.

    Attributes:
        names: which names ("api", "push", "any").
        share: of the questions.
    """

    must: ClassVar[str] = "back off, keep local keys working, recover by itself"
    shown_by: ClassVar[str] = "AWS, 20 October 2025: an empty DNS record, 2 h 37 min"

    names: Literal["api", "push", "any"] = "any"
    share: Share = 1.0

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Answer questions for these names with "no such name"."""

        async def answer(party: str, name: str) -> None:
            if self.names in {"any", name.partition(".")[0]} and injection.hits(self.share):
                injection.met(party, f"resolve {name}")
                raise NameNotResolved(name, "nxdomain")

        return site.network.names.rules.add(answer)
