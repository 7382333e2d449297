"""Links that do not take new connections: what several faults have in common."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

from bench.faults.on_links import OnLinks
from bench.faults.sample import Sample
from bench.injection import Injection, Undo
from bench.network.link import Link
from bench.network.toxic import Toxic

ALL = Sample()


class Unanswered(Toxic):
    """New connections are refused or left unanswered; open ones are cut or spared.

    A relay does not see a connection that its own kernel refuses. So the party's attempt is
    counted where it must pass before: where it asks for the name. There it is drawn, too, whether
    an attempt is met: the SYN that follows finds the link so.

    Args:
        injection: counts who met it.
        how: refuse, or drop.
        cut: whether open connections are reset.
        sample: how many attempts and open connections are met, over all links together.
    """

    def __init__(
        self,
        injection: Injection,
        how: Literal["refuse", "drop"],
        *,
        cut: bool,
        sample: Sample = ALL,
    ) -> None:
        self._injection, self._how, self._cut = injection, how, cut
        self._sample = sample
        self._stop: Undo | None = None
        self._answer: Undo | None = None

    def on_added(self, link: Link) -> None:
        """Change the answer to SYNs, and cut what is open if asked to."""
        self._stop = link.on_attempt(self._attempted)
        if self._sample.share >= 1 and not self._sample.first:
            self._answer_syn(link, met=True)  # also who does not ask for the name
        for connection in list(link.connections.values()) if self._cut else ():
            if self._takes():
                self._injection.met(connection.name, "open connection cut")
                connection.reset("both")

    def on_removed(self, link: Link) -> None:
        """Answer SYNs again."""
        self._answer_syn(link, met=False)
        if self._stop is not None:
            self._stop()

    def _takes(self) -> bool:
        return self._sample.takes(self._injection, self._injection.count)

    def _attempted(self, link: Link) -> None:
        met = self._takes()
        if met:
            self._injection.met(f"{link.party}/{link.service}", f"connect ({self._how})")
        self._answer_syn(link, met=met)

    def _answer_syn(self, link: Link, *, met: bool) -> None:
        """Let the next SYN meet the fault, or not."""
        if met and self._answer is None:
            self._answer = link.answer_syn(self._how)
        elif not met and self._answer is not None:
            self._answer()
            self._answer = None


@dataclass(frozen=True, kw_only=True)
class OnAttempts(OnLinks):
    """A fault of connections that are about to be made: links take some of them, or none.

    A share is drawn for each attempt, and for each open connection that is cut.
    """

    acts_on: ClassVar[str] = "whole connections"
    how: ClassVar[Literal["refuse", "drop"]] = "refuse"
    cut: ClassVar[bool] = False

    def toxic(self, injection: Injection) -> Toxic:
        """Return what answers SYNs on a link."""
        return Unanswered(injection, self.how, cut=self.cut, sample=self)

    def choosing(self, injection: Injection) -> Callable[[], Toxic]:
        """Return what makes the toxic of a link: it chooses by itself, before a connection is."""
        return lambda: self.toxic(injection)
