"""The names that parties ask for, and who answers: the bench's own DNS."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bench.events import NameFailed
from bench.injection import Rules
from bench.journal import Journal
from bench.network.address import Address
from bench.network.wiretap import Wiretap


class NameNotResolved(OSError):
    """A name has no answer.

    Args:
        name: which.
        reason: nxdomain, servfail, empty, timeout or unreachable.
        ttl_s: how long whoever asked may remember that.
    """

    def __init__(self, name: str, reason: str, ttl_s: float = 0.0) -> None:
        super().__init__(f"{name}: {reason}")
        self.reason, self.ttl_s = reason, ttl_s


@dataclass
class Names:
    """Resolves a service's name, for one party, to the near end of that party's link.

    Attributes:
        journal: where failures are written.
        table: per party and name, the address that answers.
        rules: disturbances; each is awaited before the table is asked, and may raise
            NameNotResolved, or return a wrong address.
        asked: told of every name that was resolved: a connection attempt follows.
        tap: what listens, if anything does.
        aliases: further names, for all parties, by the name that they stand for.
    """

    journal: Journal
    table: dict[tuple[str, str], Address] = field(default_factory=dict)
    rules: "Rules[Callable[[str, str], Awaitable[Address | None]]]" = field(default_factory=Rules)
    asked: "Rules[Callable[[str, str], None]]" = field(default_factory=Rules)
    tap: Wiretap | None = None
    aliases: dict[str, str] = field(default_factory=dict)

    def knows(self, party: str, name: str) -> bool:
        """Whether a party can ask for a name."""
        return (party, self.aliases.get(name, name)) in self.table

    async def resolve(self, party: str, name: str) -> Address:
        """Return the address of `name` as `party` sees it; raises NameNotResolved."""
        lookup = None if self.tap is None else self.tap.lookup(party, name, self.journal.now_ns)
        try:
            address, right = await self._answer(party, name)
        except NameNotResolved as error:
            self.journal.write(NameFailed(party, name, error.reason))
            if lookup is not None:
                lookup.failed(error.reason)
            raise
        if lookup is not None:
            lookup.answered(address)
        for watcher in self.asked if right else ():
            watcher(party, self.aliases.get(name, name))
        return address

    async def _answer(self, party: str, name: str) -> tuple[Address, bool]:
        """Return an address, and whether it is the right one."""
        for rule in self.rules:
            wrong = await rule(party, name)
            if wrong is not None:
                return wrong, False
        if not self.knows(party, name):
            raise NameNotResolved(name, "nxdomain")
        return self.table[party, self.aliases.get(name, name)], True
