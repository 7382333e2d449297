"""Electrical nets of a simulated bench: who drives them, who looks, what is wrong with them.

A net has one potential. Sources drive it, in millivolts to ground; the one with the largest
magnitude wins, as a supply wins over a floating line (a lock motor's drive is signed: plus
unlocks, minus locks). Loads draw current from it, so that a supply can be told that it is too
weak. A wire may be open between its sources and who looks at it, or touch ground or another net.
Nothing here knows what a net is for.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from bench.errors import ConfigError, nearest

OnChange = Callable[["Net", int | None], None]
Stop = Callable[[], None]
CLOSED_MV, OPEN_MV = 12_000, 0
SHORT_MA = 100_000  # what a short draws if it may: any supply's limit comes first (assumed)
GROUND = "ground"
WatcherT = TypeVar("WatcherT")


@dataclass
class Blame:
    """The journal entry because of which instruments act at this moment.

    A driver speaks to its device, not to the journal; so whoever uses the driver says why.
    """

    cause: int | None = None


@dataclass
class Net:
    """One electrical net.

    Attributes:
        name: what it is called in `bench.toml`.
        blame: whom changes are put down to that name no cause themselves.
        sources_mv: who drives it, and how high.
        loads_ma: who draws from it, and how much.
        opened_by: the contacts that have the wire open.
        touches: per contact the net that this one touches (None: ground).
    """

    name: str
    blame: "Blame"
    sources_mv: dict[str, int] = field(default_factory=dict)
    loads_ma: dict[str, int] = field(default_factory=dict)
    opened_by: set[str] = field(default_factory=set)
    touches: dict[str, "Net | None"] = field(default_factory=dict)
    _apart: dict[str, Stop] = field(default_factory=dict)
    _watchers: list[OnChange] = field(default_factory=list)
    _drive_watchers: list[OnChange] = field(default_factory=list)
    _wire_watchers: list[OnChange] = field(default_factory=list)
    _load_watchers: list[Callable[[], None]] = field(default_factory=list)

    @property
    def mv(self) -> int:
        """The potential that who looks at it sees, in millivolts."""
        others = self.touches.values()
        if None in others:
            return 0
        own = 0 if self.opened_by else self.driven_mv
        return max((own, *(each.driven_mv for each in others if each is not None)), key=abs)

    @property
    def driven_mv(self) -> int:
        """The potential that its sources would give a sound wire, in millivolts."""
        return max(self.sources_mv.values(), key=abs, default=0)

    @property
    def whole(self) -> bool:
        """Whether the wire is not open."""
        return not self.opened_by

    @property
    def ma(self) -> int:
        """The current drawn from its sources, in milliamperes."""
        if not self.driven_mv or self.opened_by:
            return 0
        return SHORT_MA if None in self.touches.values() else sum(self.loads_ma.values())

    def drive(self, source: str, mv: int, cause: int | None = None) -> None:
        """Let `source` drive the net; 0 lets go."""
        before, driven_before = self.mv, self.driven_mv
        if mv:
            self.sources_mv[source] = mv
        else:
            self.sources_mv.pop(source, None)
        if self.driven_mv != driven_before:
            self._tell(self._drive_watchers, cause)
        self._changed(before, cause)

    # ── what is wrong with it ─────────────────────────────────────────────────────────────

    def open(self, contact: str, *, is_open: bool, cause: int | None = None) -> None:
        """Let a contact in the wire open or close."""
        before = self.mv
        (self.opened_by.add if is_open else self.opened_by.discard)(contact)
        self._changed(before, cause)
        self._tell(self._wire_watchers, cause)

    def touch(self, contact: str, other: "Net | None", cause: int | None = None) -> None:
        """Let a contact connect the wire with another net (None: with ground)."""
        before = self.mv
        self.touches[contact] = other
        if other is not None:
            self._apart[contact] = other.watch_drive(self._on_other)
        self._changed(before, cause)
        self._tell(self._wire_watchers, cause)

    def part(self, contact: str, cause: int | None = None) -> None:
        """Let a contact end what `touch` began."""
        before = self.mv
        if contact in self.touches:
            if self.touches.pop(contact) is not None:
                self._apart.pop(contact)()
            self._changed(before, cause)
            self._tell(self._wire_watchers, cause)

    def _on_other(self, _other: "Net", cause: int | None) -> None:
        self._tell(self._watchers, cause)

    def _changed(self, before: int, cause: int | None) -> None:
        if self.mv != before:
            self._tell(self._watchers, cause)

    def _tell(self, watchers: list[OnChange], cause: int | None) -> None:
        for watcher in tuple(watchers):
            watcher(self, self.blame.cause if cause is None else cause)

    # ── who draws and who looks ───────────────────────────────────────────────────────────

    # each returns what stops it

    def watch(self, watcher: OnChange) -> Stop:
        """Call `watcher` on every change of potential."""
        return _added(self._watchers, watcher)

    def watch_drive(self, watcher: OnChange) -> Stop:
        """Call `watcher` when the sources' own potential changes, also behind an open wire."""
        return _added(self._drive_watchers, watcher)

    def watch_wire(self, watcher: OnChange) -> Stop:
        """Call `watcher` when the wire opens, closes, touches another or parts from it."""
        return _added(self._wire_watchers, watcher)

    def watch_load(self, watcher: Callable[[], None]) -> Stop:
        """Call `watcher` when something begins or ends to draw current, or draws another one."""
        return _added(self._load_watchers, watcher)

    def load(self, load: str, ma: int) -> None:
        """Let `load` draw current; 0 draws none."""
        self.loads_ma[load] = ma
        for watcher in tuple(self._load_watchers):
            watcher()


def _added(watchers: list[WatcherT], watcher: WatcherT) -> Stop:
    """Add somebody who looks; return what ends that (twice does no harm)."""
    watchers.append(watcher)
    return lambda: watchers.remove(watcher) if watcher in watchers else None


class Wiring:
    """All nets of a station."""

    def __init__(self) -> None:
        self.blame = Blame()
        self._nets: dict[str, Net] = {}

    @contextmanager
    def because(self, cause: int | None) -> Iterator[None]:
        """Put what instruments do inside the block down to `cause`."""
        before, self.blame.cause = self.blame.cause, cause
        try:
            yield
        finally:
            self.blame.cause = before

    def net(self, name: str) -> Net:
        """Return a net, made when it is first asked for (the car asks first)."""
        if name not in self._nets:
            self._nets[name] = Net(name, self.blame)
        return self._nets[name]

    def branch(self, parent: str, name: str) -> Net:
        """Return a wire that is fed by another net, and can be open or shorted by itself."""
        fed, feeder = self.net(name), self.net(parent)

        def follow(net: Net, cause: int | None) -> None:
            fed.drive(parent, net.mv, cause)

        fed.drive(parent, feeder.mv)
        feeder.watch(follow)
        return fed

    def existing(self, name: str, where: str, *besides: str) -> Net:
        """Return a net that the car has; raises ConfigError that names the nearest.

        Args:
            name: the net's.
            where: the file and key that name it.
            besides: what could have been meant there, too.
        """
        if name not in self._nets:
            hint = nearest(name, [*self._nets, *besides])
            raise ConfigError(f'{where}: no net "{name}": {hint}')
        return self._nets[name]

    def names(self) -> list[str]:
        """Return the names of all nets, sorted."""
        return sorted(self._nets)
