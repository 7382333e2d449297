"""What every simulated ECU has: plugs, a supply, a share in network management, a diary."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, ClassVar

from bench.can.role_bus import OnValue
from bench.car.harness import Connector
from bench.car.surroundings import Surroundings
from bench.diagnosis.address import UnitAddress
from bench.diagnosis.trouble_codes import TroubleCodes
from bench.errors import NotObservable
from bench.events import Inside
from bench.events.wires import OWN_GROUND, OWN_SUPPLY, TERMINAL_30
from bench.registry import registry
from bench.wiring.nets import Net

STAY_AWAKE_S = 5.0  # assumed: units keep the bus for a few seconds after the last event
AWAKE_MA, ASLEEP_MA = 120, 1  # assumed: of one unit; a whole car sleeps with some 10 to 30 mA
LEAST_SUPPLY_MV = 6_000  # ISO 16750-2 lets units reset below about 6 V
HYSTERESIS_MV = 300  # assumed: a supply supervisor lets go a little above where it has bitten
BOOT_S = 0.1  # assumed: from the supply's return until a unit works


class Ecu:
    """The base of every simulated unit.

    Attributes:
        node: its name on the buses.
        cyclic: roles that it sends cyclically while a bus is awake.
        buses: which buses it is plugged into.
        trouble: every trouble code that it can set.
        codes: its memory of them.
        after_reset: called with the cause when the unit works again after a reset.
        wakes_on: nets that wake it, and keep it awake as long as they are high (terminal 15).
        comes_back: whether it starts by itself when its supply is back.
    """

    node: ClassVar[str] = "ECU"
    buses: ClassVar[tuple[str, ...]] = ("body", "inner")
    cyclic: ClassVar[tuple[str, ...]] = ()
    trouble: ClassVar[tuple[str, ...]] = ()
    wakes_on: ClassVar[tuple[str, ...]] = ()

    def __init__(self, around: Surroundings) -> None:
        self.around = around
        self.connector = Connector(
            self.node,
            {bus: around.role_maps[bus] for bus in self.buses if bus in around.role_maps},
            around.make_port,
            on_awake=self._on_awake,
            on_asleep=self._on_asleep,
            on_rejected=self._on_rejected,
        )
        self._releases: dict[str, asyncio.TimerHandle] = {}
        self._awake_buses: set[str] = set()
        self._draw()
        self.codes = TroubleCodes(self.trouble)
        self.after_reset: list[Callable[[int | None], None]] = []
        self.comes_back = True
        self._working = True
        self._booting: asyncio.TimerHandle | None = None
        self._connect_supply()
        for terminal in self.wakes_on:
            around.wiring.net(terminal).watch(self._on_terminal)

    # ── supply ────────────────────────────────────────────────────────────────────────────

    @property
    def powered(self) -> bool:
        """Whether its supply is there, and it has started."""
        return self._working and self._is_fed()

    @property
    def brown_out_mv(self) -> int:
        """The supply below which it resets, in millivolts."""
        return LEAST_SUPPLY_MV

    @property
    def boot_s(self) -> float:
        """How long it needs from the supply's return until it works."""
        return BOOT_S

    def _connect_supply(self) -> None:
        name = self.node.lower()
        self._feed = self.around.wiring.branch(TERMINAL_30, f"{OWN_SUPPLY}{name}")
        self._ground = self.around.wiring.net(f"{OWN_GROUND}{name}")
        self._fed = bool(self._feed.mv)
        self._feed.watch(self._on_supply)
        self._ground.watch_wire(self._on_supply)

    def _is_fed(self) -> bool:
        """Whether there are supply and ground; a supervisor that has bitten lets go later."""
        least_mv = self.brown_out_mv + (0 if self._working else HYSTERESIS_MV)
        return self._feed.mv >= least_mv and self._ground.whole

    def _on_supply(self, _net: Net, cause: int | None) -> None:
        before, self._fed = self._fed, self._is_fed()
        if before and not self._fed:
            self._lose_supply(cause)
        elif self._fed and not before and not self._working:
            loop = asyncio.get_running_loop()
            self._booting = loop.call_later(self.boot_s, self._boot, cause)

    def _lose_supply(self, cause: int | None) -> None:
        """Stop at once, wherever it is."""
        self._working = False
        if self._booting is not None:
            self._booting.cancel()
        for handle in self._releases.values():
            handle.cancel()
        self._releases.clear()
        for bus in self.connector.names():
            self.connector.release(bus)
            self.connector.bus(bus).stop_all()
        seq = self.note("loses its supply", cause)
        self.on_supply_lost(seq)

    def _boot(self, cause: int | None) -> None:
        if not self.comes_back or not self._is_fed():
            return
        self._working = True
        self.on_reset(cause)
        for bus in self.connector.names():
            if self.connector.awake(bus):
                self._on_awake(bus, cause)
        self.start_task(self.wake(cause))
        for act in tuple(self.after_reset):
            act(cause)

    def on_supply_lost(self, cause: int | None) -> None:
        """Let go of what it drives."""

    # ── saying and hearing ────────────────────────────────────────────────────────────────

    def hear(self, role: str, on_value: OnValue, only: str | None = None) -> None:
        """Act on a role's values, so long as the unit has power."""

        def guarded(value: Any) -> None:
            if self.powered:
                on_value(value)

        self.connector.watch(role, guarded, only)

    def say(self, role: str, label: str, cause: int | None, **fields: int | str) -> None:
        """Send a role's value on the bus that carries it; without power nothing is sent."""
        bus = self.connector.bus_of(role)
        if bus is not None and self.powered:
            bus.send(role, label, cause, **fields)

    def say_once(self, role: str, label: str, cause: int | None, **fields: int | str) -> None:
        """Ask or answer something once, in whatever shape the database has for it."""
        bus = self.connector.bus_of(role)
        if bus is not None and self.powered:
            bus.send_event(role, label, cause, **fields)

    def note(self, what: str, cause: int | None) -> int:
        """Write into the diary, which no oracle reads; return the entry's number."""
        return self.around.journal.write(Inside(self.node, what), cause)

    def _on_rejected(self, message: str, why: str, cause: int | None) -> None:
        self.note(f"{message} rejected: {why.replace('_', ' ')}", cause)

    def start_task(self, coro: Coroutine[Any, Any, Any]) -> None:
        """Run a coroutine in the background, in this unit's name."""
        self.around.time.spawn(coro, f"{self.node}")

    # ── diagnosis ─────────────────────────────────────────────────────────────────────────

    def fail(self, code: str, cause: int | None) -> None:
        """Store a trouble code."""
        if self.codes.fail(code):
            self.note(f"stores {code}", cause)

    def state_of(self, item: str) -> int:
        """Return an item of its inner state, as diagnosis reads it."""
        raise NotObservable(f"{self.node} knows no {item}")

    def on_reset(self, cause: int | None) -> None:
        """Forget what does not outlive a reset."""
        self.note("resets", cause)
        self.connector.forget()

    def connect_diagnosis(self, address: UnitAddress) -> None:
        """Answer diagnostic requests at an address."""
        from bench.diagnosis.simulated_unit import Socket, serve

        around = self.around
        socket = Socket(
            self.node, around.model.file.vin, self.codes, self.state_of, self.coding(),
            powered=lambda: self.powered,
            awake=lambda: self.connector.awake(address.bus),
            wake=lambda cause: self.wake(cause, address.bus),
            on_reset=self.on_reset,
            start_task=self.start_task,
        )  # fmt: skip
        serve(around.make_port(address.bus, self.node), address, socket, around.journal.now_ns)

    def coding(self) -> bytes:
        """Return its variant coding: a bit for each path that the car has fitted."""
        known = registry("path", "access/paths").names()
        bits = sum(1 << place for place, name in enumerate(known) if self.around.model.fits(name))
        return bits.to_bytes(4, "big")

    # ── sleeping and waking ───────────────────────────────────────────────────────────────

    async def wake(self, cause: int | None, bus: str | None = None) -> None:
        """Have the buses awake, and keep them for a few seconds; without power nothing happens."""
        if not self.powered:
            return
        for name in [bus] if bus else self.connector.names():
            await self.connector.wake(name, cause)
            self._release_later(name)

    def _release_later(self, bus: str) -> None:
        earlier = self._releases.get(bus)
        if earlier is not None:
            earlier.cancel()
        loop = asyncio.get_running_loop()
        self._releases[bus] = loop.call_later(STAY_AWAKE_S, self._release, bus)

    def _release(self, bus: str) -> None:
        if self.keeps_awake():
            self._release_later(bus)
        else:
            self.connector.release(bus)

    def keeps_awake(self) -> bool:
        """Whether the unit needs the bus for longer (a running engine, say)."""
        return any(self.around.wiring.net(terminal).mv for terminal in self.wakes_on)

    def _on_terminal(self, net: Net, cause: int | None) -> None:
        if net.mv:
            self.start_task(self.wake(cause))

    def _on_awake(self, bus: str, cause: int | None) -> None:
        """Start what is sent cyclically, spread over the cycle so that frames do not meet."""
        self._awake_buses.add(bus)
        self._draw()
        if not self.powered:
            return
        for place, role in enumerate(self.cyclic_roles(bus)):
            self.connector.bus(bus).start(role, cause, offset_s=0.002 + 0.007 * place)
        self.on_awake(bus, cause)

    def cyclic_roles(self, bus: str) -> tuple[str, ...]:
        """Return the roles that it sends cyclically on a bus."""
        carrier = self.connector.bus(bus)
        return tuple(role for role in self.cyclic if self.connector.bus_of(role) is carrier)

    def cyclic_messages(self, bus: str) -> set[str]:
        """Return the messages that it sends cyclically on a bus."""
        if bus not in self.connector.names():
            return set()
        roles = self.connector.bus(bus).roles
        return {roles.role(role).message.name for role in self.cyclic_roles(bus)}

    def on_awake(self, bus: str, cause: int | None) -> None:
        """Do what the unit does when a bus wakes."""

    def _draw(self) -> None:
        """Draw the current of a unit that is awake on any bus, or asleep on all."""
        drawn_ma = AWAKE_MA if self._awake_buses else ASLEEP_MA
        self.around.wiring.net(TERMINAL_30).load(self.node, drawn_ma)

    def _on_asleep(self, bus: str) -> None:
        self._awake_buses.discard(bus)
        self._draw()
        self.connector.bus(bus).stop_all()
