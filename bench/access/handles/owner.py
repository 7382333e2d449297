"""The owner in a test's hands."""

import asyncio

from bench.access.attempt import LiveAttempt
from bench.access.handles.attempt import Attempt
from bench.access.handles.on_loop import on_loop
from bench.access.handles.world import World
from bench.access.path import Path, get_path
from bench.access.press import MOVES_S
from bench.access.unit_comes import unit_comes
from bench.errors import ConfigError, NotFitted, nearest
from bench.events import Inside
from bench.judge.attempts import ACT
from bench.owner.app import App
from bench.owner.cast import OWNERS
from bench.owner.person import PLACES_M
from bench.units import NS_PER_S


class OwnerHandle:
    """A person with what is in the pockets.

    `unlock`, `lock`, `start`, `stop` and `wake` return when the attempt is settled: what was
    wanted has been sensed and, on a path that needs the cloud, the owner was told how it ended; or
    the owner gave up. They never raise for "did not open". Whoever acts again after that lets the
    locks come to rest first (1.5 s after they began to move): until the car has said how its doors
    stand, a reader that is touched again takes the one for the other.
    """

    def __init__(self, bench: World) -> None:
        self._bench = bench
        self._count = 0
        self._last: LiveAttempt | None = None

    @property
    def name(self) -> str:
        """Which owner."""
        return self._bench.station.owner.name

    def unlock(self, path: str) -> Attempt:
        """Unlock the car by a path."""
        return self.begin("unlock", path).result()

    def lock(self, path: str) -> Attempt:
        """Lock the car by a path."""
        return self.begin("lock", path).result()

    def start(self, path: str) -> Attempt:
        """Get in and start the car by a path."""
        return self.begin("start", path).result()

    def stop(self, path: str) -> Attempt:
        """Switch the car off by a path."""
        return self.begin("stop", path).result()

    def wake(self, path: str = "voice") -> Attempt:
        """Wake the car's assistant."""
        return self.begin("wake", path).result()

    def begin(self, intent: str, path: str) -> Attempt:
        """Begin an attempt and return at once: a command in flight.

        A real telematics unit that has not come since the test began is waited for, where the
        attempt needs it.

        Raises:
            NotFitted: the car has no such path, the path no such intent, or the owner does not
                carry what it needs.
        """
        found = get_path(path)
        model = self._bench.setup.model
        if not model.fits(path):
            raise NotFitted(f"{model.name} has no {path}: {nearest(path, model.file.paths)}")
        if intent not in found.serves:
            raise NotFitted(f"{path} does not {intent} a car: {nearest(intent, found.serves)}")
        if missing := found.lacking(self.name):
            who = ", ".join(name for name in OWNERS if not found.lacking(name))
            raise NotFitted(
                f"{self.name} does not carry what {path} needs: {', '.join(sorted(missing))}; "
                f"owners who do: {who or 'none'}"
            )
        self._bench.run(self._come_to_rest())
        if intent in found.cloud:
            self._bench.run(unit_comes(self._bench.station))
        self._bench.stimulate()
        self._count += 1
        self._last = self._bench.run(on_loop(lambda: self._begin(found, intent)))
        return Attempt(self._bench, self._last)

    async def _come_to_rest(self) -> None:
        """Let what the last act has moved come to rest, unless that act is still in flight."""
        if self._last is None or not self._last.settled or self._last.acted_seq is None:
            return
        moved_ns = self._bench.journal.entries[self._last.acted_seq].t_ns
        await asyncio.sleep(MOVES_S - (self._bench.time.now_ns() - moved_ns) / NS_PER_S)

    def _begin(self, path: Path, intent: str) -> LiveAttempt:
        bench = self._bench
        live = LiveAttempt(bench.station, path, intent, f"{ACT}-{self._count}", bench.header)
        live.begin()
        return live

    def look(self) -> None:
        """Open the app, and look how the car stands."""
        app = self._app("look at")
        seq = self._bench.journal.write(Inside("owner", "looks at the app"))
        self._bench.run(app.look(seq))

    def go(self, where: str) -> None:
        """Go "away", to the "door" or on the "seat"; raises ConfigError for any other place."""
        if where not in PLACES_M:
            raise ConfigError(f'no place "{where}": {nearest(where, PLACES_M)}')
        self._bench.run(on_loop(lambda: self._bench.station.owner.go(where)))

    def log_in(self) -> bool:
        """Log the app in by hand."""
        return self._bench.run(self._app("log in with").log_in())

    def _app(self, to: str) -> App:
        app = self._bench.station.owner.app
        if app is None:
            raise NotFitted(f"{self.name} has no phone to {to}")
        return app

    def __repr__(self) -> str:
        return f"<owner {self.name}>"
