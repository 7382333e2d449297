"""The LIN bus in a car's door as the body controller has it: it is the keypad's master."""

import asyncio
from collections.abc import Callable

from bench.can.role_bus import RoleBus, RoleValue
from bench.car.ecu import STAY_AWAKE_S
from bench.car.lin_side import BACKLIGHT, KEY, NONE, LinSide
from bench.lin.master import Master

READY_S = 0.1  # LIN 2.2A, 2.6.2: slaves are ready 100 ms after a wake-up


class DoorLin:
    """The body controller's share: it runs the schedule while there is something to hear.

    Args:
        side: its end of the bus.
        node: its name there.
        on_digit: called with a digit and the entry that tells of it.
        powered: whether the controller works.
    """

    def __init__(
        self,
        side: LinSide,
        node: str,
        on_digit: Callable[[str, int | None], None],
        powered: Callable[[], bool],
    ) -> None:
        self._on_digit, self._powered = on_digit, powered
        self._loop = asyncio.get_running_loop()
        self._bus = RoleBus(side.line.port(node), side.roles)
        self._bus.watch(KEY, self._on_key)
        slots = side.description.schedule(None, side.line.bitrate)
        self._master = None if side.mastered else Master(side.line, node, slots)
        self._quiet: asyncio.TimerHandle | None = None
        side.line.on_wake = self._wake
        self._lit = self._bus.carries(BACKLIGHT)
        if self._lit:
            self._bus.start(BACKLIGHT, None, 0.0)

    def _wake(self, cause: int | None) -> None:
        if not self._powered():
            return
        self._stay_awake()
        if self._lit:
            self._bus.send(BACKLIGHT, "on", cause)
        if self._master is not None:
            self._master.start(READY_S)

    def _stay_awake(self) -> None:
        if self._quiet is not None:
            self._quiet.cancel()
        self._quiet = self._loop.call_later(STAY_AWAKE_S, self._sleep)

    def _sleep(self) -> None:
        self._quiet = None
        if self._lit:
            self._bus.send(BACKLIGHT, "off", None)
        if self._master is not None:
            self._master.sleep()

    def _on_key(self, value: RoleValue) -> None:
        if self._powered() and not value.means(NONE):
            self._stay_awake()
            self._on_digit(value.label[-1], value.seq)

    def stop(self) -> None:
        """Send no more headers: the controller has lost its supply."""
        if self._quiet is not None:
            self._quiet.cancel()
            self._quiet = None
        if self._master is not None:
            self._master.stop()
