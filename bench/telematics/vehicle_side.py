"""The telematics unit's other side: a car on CAN, or an echo for the witness."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from bench.can.answers import Answers
from bench.can.network_management import NmNode
from bench.can.role_bus import RoleBus, RoleValue
from bench.protocol.command import INTENTS
from bench.protocol.vehicle_state import STATE_ROLES

COMMANDS = {**INTENTS, "honk_horn": "horn"}  # as the car's buses call them
HOLD_S = 5.0
BLOCK_S = 2.0  # patience for the car's answer (assumed)


class VehicleSide(Protocol):
    """What executes commands."""

    state: dict[str, str]

    async def execute(
        self, name: str, timeout_s: float, cause: int | None
    ) -> tuple[str, int | None]:
        """Execute a command; return the result in the car's words, and the entry behind it."""
        ...

    def on_state(self, watcher: Callable[[int | None], None]) -> None:
        """Call `watcher` with the cause when the state has changed."""
        ...

    async def wake(self, cause: int | None) -> None:
        """Have the car's buses awake for a while."""
        ...

    def flood(self, frames: int, cause: int | None) -> None:
        """Send so many frames that ask for nothing, one after the other."""
        ...

    async def block_start(self, cause: int | None, *, on: bool) -> None:
        """Have the immobiliser refuse every start from now on, or no more."""
        ...


class CanVehicle:
    """A car, real or simulated, on the telematics bus.

    Args:
        bus: the unit's view of it.
        nm: the unit's share in its network management.
    """

    def __init__(self, bus: RoleBus, nm: NmNode) -> None:
        self.state: dict[str, str] = {}
        self._bus, self._nm = bus, nm
        self._answers = Answers(first=1)
        self._watchers: list[Callable[[int | None], None]] = []
        self._release: asyncio.TimerHandle | None = None
        heard = {
            "remote_response": self._answers.take,
            **dict.fromkeys(STATE_ROLES, self._on_state),
        }
        for role, on_value in heard.items():
            if bus.carries(role):
                bus.watch(role, on_value)

    async def execute(
        self, name: str, timeout_s: float, cause: int | None
    ) -> tuple[str, int | None]:
        """Send the command on CAN and wait for the car's answer."""
        if name not in COMMANDS:
            return "refused", cause
        return await self._ask(COMMANDS[name], timeout_s, cause)

    async def block_start(self, cause: int | None, *, on: bool) -> None:
        """Have the immobiliser refuse every start from now on, or no more."""
        await self._ask("block_start" if on else "allow_start", BLOCK_S, cause)

    async def _ask(self, label: str, timeout_s: float, cause: int | None) -> tuple[str, int | None]:
        if not self._bus.carries("remote_command"):
            return "no_answer", cause
        await self._nm.request(cause)
        try:
            value = await self._answers.to(
                lambda token: self._bus.send_event("remote_command", label, cause, token=token),
                timeout_s,
            )
        finally:
            self._release_later()
        return ("no_answer", cause) if value is None else (value.word, value.seq)

    def on_state(self, watcher: Callable[[int | None], None]) -> None:
        """Call `watcher` with the cause when the state has changed."""
        self._watchers.append(watcher)

    def awake(self) -> bool:
        """Return whether the unit may send on the bus."""
        return self._nm.awake

    async def wake(self, cause: int | None) -> None:
        """Have the bus awake for a while."""
        await self._nm.request(cause)
        self._release_later()

    def flood(self, frames: int, cause: int | None) -> None:
        """Send so many frames that ask for nothing, one after the other."""
        if self.awake():
            for _ in range(frames):
                self._bus.send_event("remote_command", "none", cause, token=0)

    def _release_later(self) -> None:
        if self._release is not None:
            self._release.cancel()
        self._release = asyncio.get_running_loop().call_later(HOLD_S, self._nm.release)

    def _on_state(self, value: RoleValue) -> None:
        self.state[value.role] = value.word
        for watcher in self._watchers:
            watcher(value.seq)


class EchoVehicle:
    """A vehicle that answers "done" to everything: what stands behind the witness's unit."""

    def __init__(self) -> None:
        self.state: dict[str, str] = {}

    async def execute(
        self, _name: str, _timeout_s: float, cause: int | None
    ) -> tuple[str, int | None]:
        """Answer."""
        return "done", cause

    def on_state(self, _watcher: Callable[[int | None], None]) -> None:
        """Its state never changes."""

    async def wake(self, _cause: int | None) -> None:
        """There is nothing to wake."""

    def flood(self, _frames: int, _cause: int | None) -> None:
        """There is no bus."""

    async def block_start(self, _cause: int | None, *, on: bool) -> None:
        """There is no immobiliser."""
