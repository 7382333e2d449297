"""The way between one party and one service of the cloud: a relay whose bytes can be disturbed.

The same relay runs in memory and on sockets, so a link fault has one implementation and one
meaning. It is made of asyncio protocols, not of streams or tasks: half the cost, and nothing is
left pending when a connection ends.
"""

import asyncio
import itertools
from collections.abc import Callable

from bench.errors import StationError
from bench.injection import Rules, Undo
from bench.journal import Journal
from bench.network.address import Address
from bench.network.connection import Connection
from bench.network.ends import NearEnd
from bench.network.listener import Listener, listen
from bench.network.toxic import Toxic
from bench.network.wiretap import Side, TappedProtocol, Turned, Wiretap

Peers = dict[Address, str]


class Link:
    """A relay from one party to one service.

    Args:
        party: whose link it is ("phone", "tcu", "witness_phone", …).
        service: what it leads to ("api", "push").
        upstream: where the service listens.
        delay_s: how long each chunk takes, one way.
        journal: where connections are recorded.
        peers: is told whose connection reaches the service from which address.
        tap: what listens to both sides, if anything does.

    Attributes:
        up_bytes, down_bytes: what all its connections have carried so far.
        taken_up_bytes, taken_down_bytes: what they were given to carry.
    """

    def __init__(
        self,
        party: str,
        service: str,
        upstream: Address,
        *,
        delay_s: float,
        journal: Journal,
        peers: Peers | None = None,
        tap: Wiretap | None = None,
    ) -> None:
        self.party = party
        self.service = service
        self.upstream = upstream
        self.delay_s = delay_s
        self.journal = journal
        self.peers: Peers = {} if peers is None else peers
        self.up_bytes = self.down_bytes = 0
        self.taken_up_bytes = self.taken_down_bytes = 0
        self.tap = tap
        self.loop = asyncio.get_running_loop()
        self.connections: dict[int, Connection] = {}
        self.toxics: list[Toxic] = []
        self.numbers = itertools.count(1)
        self.attempts: Rules[Callable[[Link], None]] = Rules()
        self._states: list[Turned] = []
        self._listener: Listener | None = None
        self._listeners: list[Listener] = []  # all that were ever opened

    async def open(self, host: str, port: int = 0, *, unsafe: bool = False) -> Address:
        """Listen at `host` (port 0: on a free one) and return the address.

        Raises StationError where `host` is not loopback and `unsafe` does not allow that.
        """
        self._listener = await listen(
            host, lambda: self.tapped(NearEnd(self._accept), "near"), port, unsafe=unsafe
        )
        self._listeners.append(self._listener)
        return self._listener.address

    async def move(self, host: str) -> Undo:
        """Listen at another address from now on, and refuse at the old one.

        Returns what goes back. The address is then `address`. Raises StationError where it cannot
        be had.
        """
        old = self._listener
        new = await listen(host, lambda: self.tapped(NearEnd(self._accept), "near"))
        self._listener = new
        self._listeners.append(new)
        if old is not None:
            old.refuse()
        self._apply_state()

        def back() -> None:
            self._listener = old
            new.close()
            self._apply_state()

        return back

    @property
    def address(self) -> Address:
        """Where the party reaches this link; raises StationError before it is open."""
        if self._listener is None:
            raise StationError(f"the link {self.party}/{self.service} is not open")
        return self._listener.address

    def tapped(self, end: asyncio.Protocol, side: Side) -> asyncio.Protocol:
        """Return an end of a connection as it is, or with what listens to it around it."""
        if self.tap is None:
            return end
        flow = self.tap.flow(self.party, self.service, side, self.journal.now_ns)
        return TappedProtocol(end, flow, side)

    def _accept(self, near: asyncio.Transport) -> Connection:
        return Connection(self, near)

    def close(self) -> None:
        """Stop listening and drop every connection."""
        for listener in self._listeners:
            listener.close()
        self.reset()

    def lead_to(self, upstream: Address) -> None:
        """Lead elsewhere from now on; connections that are open are dropped."""
        self.upstream = upstream
        self.reset()

    def reset(self) -> None:
        """Drop every connection that is open."""
        for connection in list(self.connections.values()):
            connection.reset()

    def add(self, toxic: Toxic) -> Undo:
        """Put a toxic on this link and on its live connections; return what takes it off."""
        self.toxics.append(toxic)
        toxic.on_added(self)
        for connection in list(self.connections.values()):
            connection.add(toxic)
        return lambda: self._remove(toxic)

    def replace(self, old: Toxic, new: Toxic) -> Undo:
        """Put a toxic in another's place; return what takes it off.

        What the old one has of each connection (bytes that it holds, how far it has counted) goes
        over to the new one, so connections live on.
        """
        self.toxics[self.toxics.index(old)] = new
        new.on_added(self)
        for connection in list(self.connections.values()):
            connection.replace(old, new)
        old.on_removed(self)
        return lambda: self._remove(new)

    def _remove(self, toxic: Toxic) -> None:
        if toxic in self.toxics:
            self.toxics.remove(toxic)
            for connection in list(self.connections.values()):
                connection.remove(toxic)
            toxic.on_removed(self)

    def answer_syn(self, how: Turned) -> Undo:
        """Refuse or drop new connections until the returned function is called.

        Where several ask for different things, the latest one counts.
        """
        self._states.append(how)
        self._apply_state()

        def undo() -> None:
            if how in self._states:
                self._states.remove(how)
                self._apply_state()

        return undo

    def on_attempt(self, watcher: "Callable[[Link], None]") -> Undo:
        """Call `watcher` whenever the party is about to connect (it has resolved the name).

        A refused or dropped SYN never reaches the relay: this is where it can be counted.
        """
        return self.attempts.add(watcher)

    def attempted(self) -> None:
        """Take note that the party is about to connect."""
        for watcher in self.attempts:
            watcher(self)
        if self.tap is not None and self._states and self._listener is not None:
            self.tap.turned_away(
                self.party, self.service, self._listener.address, self._states[-1],
                self.journal.now_ns(),
            )  # fmt: skip

    def _apply_state(self) -> None:
        listener = self._listener
        if listener is None:
            return
        if not self._states:
            listener.accept()
        elif self._states[-1] == "refuse":
            listener.refuse()
        else:
            listener.drop()
