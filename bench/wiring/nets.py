"""Electrical nets of a simulated bench: who drives them, who looks at them.

A net has one potential. Sources drive it, in millivolts to ground; the one with the largest
magnitude wins, as a supply wins over a floating line (a lock motor's drive is signed: plus
unlocks, minus locks). Loads draw current from it, so that a supply can be told that it is too
weak. Nothing here knows what a net is for.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench.errors import ConfigError, nearest

OnChange = Callable[["Net", int | None], None]
CLOSED_MV, OPEN_MV = 12_000, 0


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
    """

    name: str
    blame: "Blame"
    sources_mv: dict[str, int] = field(default_factory=dict)
    loads_ma: dict[str, int] = field(default_factory=dict)
    _watchers: list[OnChange] = field(default_factory=list)

    @property
    def mv(self) -> int:
        """The potential, in millivolts."""
        return max(self.sources_mv.values(), key=abs, default=0)

    @property
    def ma(self) -> int:
        """The current drawn from it, in milliamperes."""
        return sum(self.loads_ma.values()) if self.mv else 0

    def drive(self, source: str, mv: int, cause: int | None = None) -> None:
        """Let `source` drive the net; 0 lets go."""
        before = self.mv
        if mv:
            self.sources_mv[source] = mv
        else:
            self.sources_mv.pop(source, None)
        if self.mv != before:
            for watcher in tuple(self._watchers):
                watcher(self, self.blame.cause if cause is None else cause)

    def load(self, load: str, ma: int) -> None:
        """Let `load` draw current; 0 draws none."""
        self.loads_ma[load] = ma

    def watch(self, watcher: OnChange) -> Callable[[], None]:
        """Call `watcher` on every change of potential; return what stops that."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher) if watcher in self._watchers else None


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

    def existing(self, name: str, where: str) -> Net:
        """Return a net that the car has; raises ConfigError that names the nearest."""
        if name not in self._nets:
            raise ConfigError(f'{where}: no net "{name}": {nearest(name, self._nets)}')
        return self._nets[name]

    def names(self) -> list[str]:
        """Return the names of all nets, sorted."""
        return sorted(self._nets)
