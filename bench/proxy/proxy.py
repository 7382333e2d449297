"""One proxy: a link with a name, and the toxics that clients have put on it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from bench.errors import RequestRefused
from bench.faults.fault import name_of
from bench.faults.injector import Armed, arm, spec_of
from bench.faults.link.nat_rebind import NatRebind
from bench.faults.on_links import OnLinks
from bench.faults.tcp.blackhole_syn import BlackholeSyn
from bench.faults.tcp.new_conn_only import NewConnOnly
from bench.faults.tcp.refuse import Refuse
from bench.faults.tls.handshake_stall import HandshakeStall
from bench.injection import Injection, Undo
from bench.journal import Journal
from bench.network.connection import Connection
from bench.network.link import Link
from bench.network.on_chosen import OnChosen
from bench.network.toxic import Direction
from bench.proxy.requests import NewToxic, ToxicChange
from bench.proxy.vocabulary import TOXIPROXY, check_type, read_attributes
from bench.seeds import stream

BEFORE = (BlackholeSyn, NewConnOnly, Refuse)  # what acts on attempts to connect
WHOLE = (*BEFORE, HandshakeStall, NatRebind)  # what acts on both directions, or on none
DIRECTIONS: dict[str, Direction | Literal["both"]] = {  # what Toxiproxy's streams are here
    "upstream": "up", "downstream": "down", "both": "both",
}  # fmt: skip


@dataclass
class ProxyToxic:
    """A toxic in force, as clients see it, and what it is here."""

    name: str
    type: str
    stream: str
    toxicity: float
    attributes: dict[str, Any]
    effect: OnChosen
    armed: Armed

    def document(self) -> dict[str, Any]:
        """Return it as clients read it."""
        told = ("attributes", "name", "type", "stream", "toxicity")
        return {key: getattr(self, key) for key in told}


class Proxy:
    """A link that clients know by name.

    Args:
        name: the name.
        link: the link.
        listen, upstream: its addresses, as clients read them.
        journal: where faults are armed and cleared.
        seed: of toxicity, and of the toxics' own chance.
    """

    def __init__(
        self, name: str, link: Link, *, listen: str, upstream: str, journal: Journal, seed: int
    ) -> None:
        self.name, self.link = name, link
        self.listen, self.upstream = listen, upstream
        self.toxics: dict[str, ProxyToxic] = {}
        self._journal, self._seed = journal, seed
        self._down: Armed | None = None

    @property
    def enabled(self) -> bool:
        """Whether it takes connections, as far as clients have a say in it."""
        return self._down is None

    def document(self) -> dict[str, Any]:
        """Return it as clients read it."""
        told = {key: getattr(self, key) for key in ("name", "listen", "upstream", "enabled")}
        return {**told, "toxics": [toxic.document() for toxic in self.toxics.values()]}

    # ── up and down ───────────────────────────────────────────────────────────────────────

    def enable(self) -> None:
        """Take connections again."""
        if self._down is not None:
            self._down.clear(self._journal)
            self._down = None

    def disable(self) -> None:
        """Refuse connections, and cut those that are open; the port stays this proxy's own."""
        if self._down is None:
            fault = Refuse()
            self._down = self._arm(
                "down", fault, lambda injection: self.link.add(fault.toxic(injection))
            )

    def reset(self) -> None:
        """Enable it, and take every toxic off."""
        self.enable()
        for name in list(self.toxics):
            self.remove(name)

    def move(self, link: Link) -> None:
        """Go on over another link, under the same toxics; the old one is closed."""
        link.numbers = self.link.numbers
        old, self.link = self.link, link
        for toxic in self.toxics.values():
            toxic.armed.undo()
            toxic.armed.undo = link.add(toxic.effect)
        old.close()
        if self._down is not None:
            refusal = Refuse().toxic(self._down.injection)
            self._down.undo = link.add(refusal)

    # ── toxics ────────────────────────────────────────────────────────────────────────────

    def toxic(self, name: str) -> ProxyToxic:
        """Return a toxic; raises RequestRefused."""
        if name not in self.toxics:
            raise RequestRefused("toxic not found", 404)
        return self.toxics[name]

    def add(self, asked: NewToxic) -> ProxyToxic:
        """Put a toxic on the link.

        Raises:
            RequestRefused: there is no such type, stream or attribute, or the name is taken.
        """
        own = asked.type not in TOXIPROXY
        where = asked.stream or ("both" if own else "downstream")
        if where not in DIRECTIONS:
            raise RequestRefused("stream was invalid, can be either upstream or downstream")
        check_type(asked.type)
        name = asked.name or f"{asked.type}_{where}"
        if name in self.toxics:
            raise RequestRefused("toxic already exists", 409)
        attributes, fault = read_attributes(asked.type, asked.attributes)
        _check_where(fault, where, asked.toxicity)
        effect, armed = self._put(name, fault, where, asked.toxicity, self.link.add)
        self.toxics[name] = ProxyToxic(
            name, asked.type, where, asked.toxicity, attributes, effect, armed
        )
        return self.toxics[name]

    def update(self, name: str, asked: ToxicChange) -> ProxyToxic:
        """Change a toxic under live connections: what it holds or has counted goes on.

        Raises:
            RequestRefused: there is no such toxic or attribute.
        """
        old = self.toxic(name)
        toxicity = old.toxicity if asked.toxicity is None else asked.toxicity
        attributes, fault = read_attributes(old.type, {**old.attributes, **asked.attributes})
        _check_where(fault, old.stream, toxicity)
        old.armed.undo = _nothing  # the new one takes its place on the link
        old.armed.clear(self._journal)
        effect, armed = self._put(
            name, fault, old.stream, toxicity, lambda new: self.link.replace(old.effect, new)
        )
        self.toxics[name] = replace(
            old, toxicity=toxicity, attributes=attributes, effect=effect, armed=armed
        )
        return self.toxics[name]

    def remove(self, name: str) -> None:
        """Take a toxic off; what it holds is handed on. Raises RequestRefused."""
        self.toxic(name).armed.clear(self._journal)
        del self.toxics[name]

    def _put(
        self,
        name: str,
        fault: OnLinks,
        where: str,
        toxicity: float,
        put: Callable[[OnChosen], Undo],
    ) -> tuple[OnChosen, Armed]:
        """Put a fault on a stream of the link and a share of its connections, on the record.

        A connection is hit or spared once for all, in both directions, and a greater toxicity only
        adds to those hit.
        """
        made: list[OnChosen] = []

        def hits(connection: Connection) -> bool:
            return toxicity >= 1 or self._drawn(name, connection) < toxicity

        def put_on_chosen(injection: Injection) -> Undo:
            made.append(OnChosen(fault.toxic(injection), hits, DIRECTIONS[where]))
            return put(made[0])

        share = f", toxicity {toxicity:g}" if toxicity < 1 else ""
        armed = self._arm(name, fault, put_on_chosen, f"{where}{share}")
        return made[0], armed

    def _drawn(self, name: str, connection: Connection) -> float:
        """Return a number from 0 to 1 for a connection: always the same one."""
        return stream(self._seed, "toxicity", self.name, name, str(connection.number)).random()

    def _arm(
        self, name: str, fault: OnLinks, put: Callable[[Injection], Undo], where: str = "both"
    ) -> Armed:
        rng = stream(self._seed, "toxic", self.name, name)
        spec = f"{spec_of(fault)} on {self.name} ({where})"
        return arm(fault, put, spec=spec, journal=self._journal, rng=rng)


def _check_where(fault: OnLinks, where: str, toxicity: float) -> None:
    """Raise RequestRefused for a part of a link on which a fault cannot act."""
    kind = name_of(fault)
    if isinstance(fault, WHOLE) and where != "both":
        raise RequestRefused(f'{kind} acts on whole connections: its stream is "both"')
    if isinstance(fault, BEFORE) and toxicity < 1:
        raise RequestRefused(
            f"{kind} acts before there is a connection to draw for: its toxicity is 1"
        )


def _nothing() -> None:
    """Take nothing off."""
