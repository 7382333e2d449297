"""Central locking: all doors together, the motors' protection, and automatic re-locking."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from bench.car.door_lock import Direction, DoorLock
from bench.units import AtLeastOne, Seconds

DOORS = ("driver", "passenger", "rear_left", "rear_right")
TOGETHER_S = 1.0  # assumed
Report = Callable[[str, int | None], None]


@dataclass(frozen=True)
class LockingParameters:
    """How central locking behaves.

    Attributes:
        most_operations, window_s, inhibit_s: repeated-operation protection: after so many
            operations within the window it rests (about 8 in 20 s, then 30 s; DESIGN reference).
        relock_s: it locks again after this long, if no door was opened (30 s, DESIGN reference).
    """

    most_operations: AtLeastOne = 8
    window_s: Seconds = 20.0
    inhibit_s: Seconds = 30.0
    relock_s: Seconds = 30.0


class CentralLocking:
    """The doors of one car.

    Args:
        locks: one per door.
        parameters: how it behaves.
        report: told the cause's name and entry when the doors have moved.
        note: the BCM's diary.
        relock: called when it is time to lock again, as nobody has opened a door.
    """

    def __init__(
        self,
        locks: dict[str, DoorLock],
        parameters: LockingParameters,
        *,
        report: Report,
        note: Callable[[str, int | None], int],
        relock: Callable[[], None],
    ) -> None:
        self.locks = locks
        self.operations = 0
        self._parameters = parameters
        self._report = report
        self._note = note
        self._lock_again = relock
        self._recent: deque[float] = deque()
        self._inhibited_until = 0.0
        self._last_request: tuple[Direction, float] | None = None
        self._moving = asyncio.Lock()
        self._relock: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()

    @property
    def state(self) -> str:
        """How the doors stand: locked, unlocked, or driver_unlocked."""
        if all(lock.locked for lock in self.locks.values()):
            return "locked"
        if all(lock.locked for door, lock in self.locks.items() if door != "driver"):
            return "driver_unlocked"
        return "unlocked"

    @property
    def inhibited(self) -> bool:
        """Whether the protection rests the motors now."""
        return self._loop.time() < self._inhibited_until

    @property
    def recent(self) -> int:
        """How many operations the protection counts now; while it rests, one more than allowed."""
        if self.inhibited:
            return self._parameters.most_operations + 1
        since = self._loop.time() - self._parameters.window_s
        return sum(at >= since for at in self._recent)

    def forget(self) -> None:
        """Forget what the protection has counted."""
        self._recent.clear()
        self._inhibited_until = 0.0

    async def move(self, direction: Direction, source: str, cause: int | None) -> bool:
        """Unlock or lock every door; return whether they are where they should be.

        Two units that ask for the same within a second (a fob and a phone in one pocket) are one
        request.
        """
        if self._asked_just_now(direction):
            self._note(f"{direction} by {source}: already under way", cause)
            async with self._moving:  # what comes of the first request comes of this one, too
                return all(lock.stands(direction) for lock in self.locks.values())
        if self._protected():
            self._last_request = None  # nothing is under way
            self._note(f"{direction} by {source} refused: repeated-operation protection", cause)
            return False
        async with self._moving:
            seq = self._note(f"{direction} by {source}", cause)
            pulses = [lock.pulse(direction, seq) for lock in self.locks.values()]
            moved = await asyncio.gather(*pulses)
        self.told(source, seq)
        if direction == "unlock" and source not in {"cylinder", "interior"}:
            self._relock_later()
        else:
            self.cancel_relock()
        return all(moved)

    def told(self, source: str, cause: int | None) -> None:
        """Take note that the doors have moved because of `source`, and report it."""
        self.operations = (self.operations + 1) & 0xFF
        self._report(source, cause)

    def _asked_just_now(self, direction: Direction) -> bool:
        now, last = self._loop.time(), self._last_request
        together = last is not None and last[0] == direction and now - last[1] < TOGETHER_S
        if not together:
            self._last_request = (direction, now)
        return together

    def _protected(self) -> bool:
        now = self._loop.time()
        parameters = self._parameters
        if now < self._inhibited_until:
            return True
        while self._recent and now - self._recent[0] > parameters.window_s:
            self._recent.popleft()
        self._recent.append(now)
        if len(self._recent) > parameters.most_operations:
            self._inhibited_until = now + parameters.inhibit_s
            return True
        return False

    def cancel_relock(self) -> None:
        """Do not lock again by itself: a door was opened, or it is locked."""
        if self._relock is not None:
            self._relock.cancel()
            self._relock = None

    def _relock_later(self) -> None:
        self.cancel_relock()
        self._relock = self._loop.call_later(self._parameters.relock_s, self._relock_now)

    def _relock_now(self) -> None:
        self._relock = None
        self._lock_again()
