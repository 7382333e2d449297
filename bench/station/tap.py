"""What the bench makes of the traffic that it sees: role values, and whether a bus sleeps."""

import asyncio

from bench.can.frame import Reception
from bench.can.port import Port
from bench.can.role_bus import RoleBus, RoleValue
from bench.can.roles import RoleMap
from bench.events import BusSlept, BusWoke, RoleChanged
from bench.journal import Journal
from bench.units import NS_PER_S, to_ns

SILENCE_S = 2.0  # no frame for so long: the bus sleeps


class Tap:
    """Watches one bus.

    Attributes:
        values: the last value of each role.
        awake: whether there is traffic.
    """

    def __init__(self, port: Port, roles: RoleMap, journal: Journal) -> None:
        self.values: dict[str, RoleValue] = {}
        self.awake = False
        self._port, self._journal = port, journal
        self._loop = asyncio.get_running_loop()
        self._bus = RoleBus(port, roles)
        for role in roles.roles:
            self._bus.watch(role, self._on_value)
        port.listen(None, self._on_frame, every=False)

    def _on_value(self, value: RoleValue) -> None:
        self.values[value.role] = value
        changed = RoleChanged(self._port.bus, value.role, value.label, value.labels, value.raw)
        self._journal.write(changed, value.seq)

    def _on_frame(self, _reception: Reception) -> None:
        if not self.awake:
            self.awake = True
            self._journal.write(BusWoke(self._port.bus))
            self._loop.call_later(SILENCE_S, self._check)

    def _check(self) -> None:
        quiet_until_ns = self._port.last_activity_ns() + to_ns(SILENCE_S)
        left_s = (quiet_until_ns - self._journal.now_ns()) / NS_PER_S
        if left_s > 0:
            self._loop.call_later(left_s + 0.001, self._check)
        else:
            self.awake = False
            self._journal.write(BusSlept(self._port.bus))
