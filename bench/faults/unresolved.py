"""Names that do not resolve: what faults of the resolver have in common."""

from typing import Literal

from bench.faults.fault import Site
from bench.injection import Injection, Undo
from bench.network.names import NameNotResolved

Which = Literal["api", "push", "any"]


def selects(names: Which, name: str) -> bool:
    """Whether a question for `name` is one of those that a fault is about."""
    return names in {"any", name.partition(".")[0]}


def unresolved(
    site: Site, injection: Injection, *, names: Which, share: float, reason: str
) -> Undo:
    """Answer a share of the questions with an error.

    Args:
        site: where.
        injection: counts the questions.
        names: "api", "push" or "any".
        share: of the questions.
        reason: "nxdomain", "servfail", "empty" or "timeout".
    """

    async def answer(party: str, name: str) -> None:
        if selects(names, name) and injection.hits(share):
            injection.met(party, f"resolve {name}")
            raise NameNotResolved(name, reason)

    return site.network.names.rules.add(answer)
