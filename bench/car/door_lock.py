"""A door's lock: a motor that needs a pulse, a supply, and time; and a latch that it moves."""

import asyncio
from dataclasses import dataclass
from typing import Literal

from bench.events.wires import LOCK_MOTOR
from bench.units import Count, Seconds
from bench.wiring.nets import Net

Direction = Literal["unlock", "lock"]


@dataclass(frozen=True)
class LockParameters:
    """How a lock motor behaves.

    Attributes:
        pulse_s: how long it is driven (about 375 ms, DESIGN reference).
        travel_s: how long the latch takes at 12 V.
        least_mv: below this it does not move (assumed: 9 V).
        run_ma: what one motor draws while it runs (assumed; stalled it draws 5 to 10 A).
    """

    pulse_s: Seconds = 0.375
    travel_s: Seconds = 0.12
    least_mv: Count = 9_000
    run_ma: Count = 3_000


class DoorLock:
    """One door's lock.

    Args:
        door: its name.
        drive: the net between BCM and motor; its sign is the direction.
        latch: the net of the latch's switch; driven while the latch is open.
        supply: terminal 30, which the motor's current comes from.
        parameters: how the motor behaves.
    """

    def __init__(
        self, door: str, drive: Net, latch: Net, supply: Net, parameters: LockParameters
    ) -> None:
        self.door = door
        self.locked = True
        self._drive, self._latch, self._supply = drive, latch, supply
        self._parameters = parameters
        self._travel: asyncio.TimerHandle | None = None
        drive.watch(self._on_drive)

    def place(self, *, locked: bool) -> None:
        """Put the latch into a position by hand."""
        self.locked = locked
        self._latch.drive("latch", 0 if locked else 12_000)

    async def pulse(self, direction: Direction, cause: int | None) -> bool:
        """Drive the motor once; return whether the latch is now where it should be."""
        supply_mv = self._supply.mv
        sign = 1 if direction == "unlock" else -1
        self._supply.load(f"{LOCK_MOTOR}{self.door}", self._parameters.run_ma)
        self._drive.drive("BCM", sign * supply_mv, cause)
        await asyncio.sleep(self._parameters.pulse_s)
        self.release(cause)
        return self.stands(direction)

    def release(self, cause: int | None) -> None:
        """Drive the motor no more."""
        self._drive.drive("BCM", 0, cause)
        self._supply.load(f"{LOCK_MOTOR}{self.door}", 0)

    def _on_drive(self, drive: Net, cause: int | None) -> None:
        """Run so long as there is voltage, whoever drives: a motor does not ask."""
        if self._travel is not None:
            self._travel.cancel()
            self._travel = None
        if abs(drive.mv) >= self._parameters.least_mv:
            loop = asyncio.get_running_loop()
            self._travel = loop.call_later(self._parameters.travel_s, self._arrive, cause)

    def _arrive(self, cause: int | None) -> None:
        """Have moved the latch, if the supply has lasted."""
        self._travel = None
        if self._supply.mv >= self._parameters.least_mv:
            self.locked = self._drive.mv < 0
            self._latch.drive("latch", 0 if self.locked else self._supply.mv, cause)

    def stands(self, direction: Direction) -> bool:
        """Whether the latch is where a movement in this direction ends."""
        return self.locked == (direction == "lock")

    def turn(self, direction: Direction, cause: int | None) -> None:
        """Move the latch by the key cylinder's rod: no motor, no supply."""
        self.locked = direction == "lock"
        self._latch.drive("latch", 0 if self.locked else 12_000, cause)
