"""A requirement, and a list of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from bench.errors import ConfigError, nearest
from bench.requirements.pattern import Pattern


@dataclass(frozen=True)
class Requirement:
    """One requirement.

    Attributes:
        id: by which tests and outages name it.
        text: what it asks; may be empty.
        covered_by: verdicts that fit one of these speak for it, beside those that name it.
    """

    id: str
    text: str = ""
    covered_by: tuple[Pattern, ...] = ()


@dataclass(frozen=True)
class RequirementList:
    """A list of requirements.

    Attributes:
        source: the file that it was read from.
        digest: SHA-256 of that file, in hexadecimal: which issue of the list it was.
        requirements: in the list's order.
    """

    source: str
    digest: str
    requirements: tuple[Requirement, ...]

    @cached_property
    def ids(self) -> dict[str, int]:
        """Per id its place."""
        return {each.id: place for place, each in enumerate(self.requirements)}

    def unknown(self, id_: str) -> str:
        """Return what is wrong with an id that the list does not hold, in a half sentence."""
        return f'no requirement "{id_}" in {self.source}: {nearest(id_, self.ids)}'

    def check(self, named: Iterable[str], *, source: str) -> None:
        """Refuse ids that the list does not hold.

        Raises:
            ConfigError: one line for each, with the nearest id there is.
        """
        wrong = [id_ for id_ in dict.fromkeys(named) if id_ not in self.ids]
        if wrong:
            raise ConfigError("\n".join(f"{source}: {self.unknown(id_)}" for id_ in wrong))
