"""The keypad on a car's door as a unit of its own: a slave on LIN."""

from collections import deque

from bench.car.ecu import LEAST_SUPPLY_MV
from bench.car.lin_side import KEY, NONE, LinSide
from bench.events.wires import KEYPAD_KEYS, TERMINAL_30
from bench.lin.publication import Publication
from bench.wiring.nets import Net, Wiring


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
        supply = wiring.net(TERMINAL_30)
        supply.watch(self._on_supply)
        self._on_supply(supply, None)
        for key in KEYPAD_KEYS:
            wiring.net(key).watch(self._on_key)

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
