"""This process's hold on a bench: the lock, and the guardian, for as long as it uses it.

A process either holds a bench or does not, so this is known once per process: a run or a test
session takes hold of it, and each station that it opens takes hold of what is held already.
"""

import resource
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from bench.clock.real import HEARTBEAT_S, RealTime
from bench.clock.timebase import Timebase
from bench.config.bench_file import StationFile
from bench.errors import GuardianLost, StationBusy
from bench.file_name import FileName
from bench.guardian.guardian import Guardian
from bench.guardian.kept_outcome import settle
from bench.guardian.lock import BenchLock, lock_name
from bench.station.safe_plan import real_resources, safe_plan
from bench.station.unsettled import device_names

NO_CORE = 1  # bytes; smaller than any dump, and the one value that a dump to a program obeys


class Hold:
    """The hold on one bench.

    Args:
        file: the station.
        folder: the run folder, for the outcome of a run that has died.
    """

    def __init__(self, file: StationFile, folder: Path | None) -> None:
        self._file = file
        self._lock = BenchLock(file.content.bench.name, real_resources(file))
        self._devices = device_names(file)
        plan = safe_plan(file, folder)
        self.guardian = Guardian(plan, self._lock) if plan is not None else None
        self._safe = True
        self._whole = False
        self._open = False

    @property
    def devices(self) -> dict[str, str]:
        """Per resource the name of its device's lock, as it was when the bench was taken."""
        return self._lock.names

    # ── the process ───────────────────────────────────────────────────────────────────────

    def begin(self) -> None:
        """Take the bench, and start its guardian; raises StationBusy, StationError."""
        self._lock.acquire()
        try:
            if self.guardian is not None:
                self._core = _limit_core(NO_CORE)
                self.guardian.start()
        except BaseException:
            self._lock.release()
            raise

    def end(self) -> None:
        """Give the bench back, safe; its guardian has a last try at what is not."""
        if self.guardian is not None:
            self._safe = self.guardian.end(safe=self._safe)
            _limit_core(self._core)
        if self._safe and self._whole:
            settle(self._file.real_path, self._devices)
        self._lock.release()

    # ── each station ──────────────────────────────────────────────────────────────────────

    def attach(self, time: Timebase, on_lost: Any) -> None:
        """Have a station guarded: its loop beats, and hears of its guardian's death.

        Args:
            time: the station's time base; called on its loop.
            on_lost: called on the loop when the guardian has died or answers no more, with a
                GuardianLost.
        """
        if self._open:
            raise StationBusy(f"{self._file.path}: this process has this bench open already")
        guardian = self.guardian
        if guardian is not None:
            guardian.wait_ready()
            guardian.check()
        self._open = True
        if guardian is None or not isinstance(time, RealTime):
            return

        def beat() -> None:
            try:
                guardian.beat(HEARTBEAT_S)
            except GuardianLost as error:
                time.on_beat = None
                on_lost(error)

        time.on_beat = beat
        guardian.watch()

    def detach(self, time: Timebase, *, safe: bool, whole: bool) -> None:
        """Say that a station is closed.

        Args:
            time: its time base.
            safe: whether it left everything safe that it had opened.
            whole: whether that was all: how the last run ended is forgotten only then.
        """
        self._open = False
        self._safe, self._whole = safe, whole
        if self.guardian is not None and isinstance(time, RealTime):
            time.on_beat = None
            if safe:
                self.guardian.rest()

    def allowing(self, seconds: float) -> Any:
        """Return a context in which the loop may be silent for so long."""
        return nullcontext() if self.guardian is None else self.guardian.allowing(seconds)

    def check(self) -> None:
        """Raise GuardianLost when nothing would make the bench safe any more."""
        if self.guardian is not None:
            self.guardian.check()


_held: dict[frozenset[str], Hold] = {}


@contextmanager
def holding(file: StationFile, folder: FileName | None = None) -> Iterator[Hold | None]:
    """Hold a bench inside the block; None where nothing real is there to be held.

    Args:
        file: the station.
        folder: the run folder, if there is one.

    Raises:
        StationBusy: another process holds it; ConfigError, StationError.
    """
    resources = real_resources(file)
    if not resources:
        yield None
        return
    key = frozenset(_device(resource) for resource in resources)
    if key in _held:
        yield _held[key]
        return
    with ExitStack() as stack:
        hold = Hold(file, None if folder is None else Path(folder))
        hold.begin()
        stack.callback(hold.end)
        _held[key] = hold
        stack.callback(_held.pop, key)
        yield hold


def _device(resource: str) -> str:
    """Return the name of a device's lock, as it was when this process took hold of it.

    A device that is pulled out, or comes back elsewhere, is no other bench to whoever holds it.
    """
    held = (hold.devices for hold in list(_held.values()) if resource in hold.devices)
    return next(held, {}).get(resource) or lock_name(resource)


def _limit_core(size: int) -> int:
    """Limit core dumps, where that may be changed; return what the limit was.

    While a large process dumps its memory, it is not dead yet, and relays stay closed.
    """
    before, most = resource.getrlimit(resource.RLIMIT_CORE)
    if most == resource.RLIM_INFINITY or size <= most:
        resource.setrlimit(resource.RLIMIT_CORE, (size, most))
    return before
