"""The LIN bus in a car's door: the keypad is its slave, the body controller its master."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from bench.can.role_bus import RoleBus, RoleValue
from bench.can.roles import RoleMap
from bench.car.ecu import LEAST_SUPPLY_MV
from bench.lin.ldf import Description
from bench.lin.master import Master
from bench.lin.publication import Publication
from bench.lin.simulated import SimulatedLin
from bench.wiring.nets import Net, Wiring

KEY, BACKLIGHT, NONE = "keypad_key", "keypad_backlight", "none"
READY_S = 0.1  # LIN 2.2A, 2.6.2: slaves are ready 100 ms after a wake-up
STAY_AWAKE_S = 5.0  # assumed: as the units on CAN


@dataclass(frozen=True)
class LinSide:
    """The car's end of a LIN bus.

    Attributes:
        line: the wires.
        roles: what is meant by what travels there.
        description: its LDF file.
        mastered: whether the bench sends the headers, instead of the body controller.
    """

    line: SimulatedLin
    roles: RoleMap
    description: Description
    mastered: bool = False


class KeypadUnit:
    """The keypad as a unit of its own: it says which key is down, one after the other.

    A key that was down for less than a slot is still said once, and so is that it came up: two
    keys of the same digit are two events.
    """

    node = "KEYPAD"

    def __init__(self, side: LinSide, wiring: Wiring) -> None:
        self._line = side.line
        self._role, self._message = side.roles.role(KEY), side.roles.role(KEY).message
        self._waiting: deque[tuple[str, int | None]] = deque()
        self._said = True
        self._answer: Publication | None = None
        supply = wiring.net("terminal_30")
        supply.watch(self._on_supply)
        self._on_supply(supply, None)
        for digit in "0123456789":
            wiring.net(f"keypad_{digit}").watch(self._on_key)

    def _on_supply(self, net: Net, cause: int | None) -> None:
        """Answer while there is a supply; what was not said yet is forgotten without one."""
        fed = net.mv >= LEAST_SUPPLY_MV
        if fed and self._answer is None:
            nothing = self._payload(NONE)
            self._answer = self._line.publish(
                self.node, self._role.key, [nothing], cause, once=False
            )
            self._answer.on_sent = self._sent
        elif not fed and self._answer is not None:
            self._answer.stop()
            self._answer, self._said = None, True
            self._waiting.clear()

    def _payload(self, label: str) -> bytes:
        values = {s.name: int(s.raw_initial or 0) for s in self._message.signals}
        values |= dict(zip(self._role.signals, self._role.raw_for(label), strict=True))
        return bytes(self._message.encode(values, scaling=False))

    def _on_key(self, net: Net, cause: int | None) -> None:
        if self._answer is None:
            return
        self._waiting.append((f"digit_{net.name[-1]}" if net.mv else NONE, cause))
        self._line.wake(cause)
        if self._said:
            self._say()

    def _say(self) -> None:
        if self._answer is None or not self._waiting:
            return
        label, cause = self._waiting.popleft()
        self._said = False
        self._answer.update([self._payload(label)], cause)

    def _sent(self) -> None:
        self._said = True
        self._say()


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
