"""Links that do not take new connections: what several faults have in common."""

from typing import Literal

from bench.injection import Injection, Undo
from bench.network.link import Link
from bench.network.toxic import Toxic


class Unanswered(Toxic):
    """New connections are refused or left unanswered; open ones are cut or spared.

    A relay does not see a connection that its own kernel refuses. So the party's attempt is
    counted where it must pass before: where it asks for the name.

    Args:
        injection: counts who met it.
        how: refuse, or drop.
        cut: whether open connections are reset.
    """

    def __init__(self, injection: Injection, how: Literal["refuse", "drop"], *, cut: bool) -> None:
        self._injection, self._how, self._cut = injection, how, cut
        self._undos: list[Undo] = []

    def on_added(self, link: Link) -> None:
        """Change the answer to SYNs, and cut what is open if asked to."""
        self._undos = [link.answer_syn(self._how), link.on_attempt(self._met)]
        if self._cut:
            for connection in list(link.connections.values()):
                self._injection.met(connection.name, "open connection cut")
                connection.reset("both")

    def on_removed(self, link: Link) -> None:
        """Answer SYNs again."""
        del link
        for undo in self._undos:
            undo()

    def _met(self, link: Link) -> None:
        self._injection.met(f"{link.party}/{link.service}", f"connect ({self._how})")
