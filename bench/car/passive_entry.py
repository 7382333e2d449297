"""Passive entry and passive start: handles, start button, and the fob in the pocket."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bench.can.role_bus import RoleValue
from bench.car.ecu import Ecu
from bench.car.surroundings import Surroundings
from bench.protocol.fob_frame import fob_id, fob_key, is_answer
from bench.seeds import stream
from bench.units import Seconds
from bench.wiring.nets import Net

ReadSlot = Callable[[int | None], Awaitable[int | None]]


@dataclass(frozen=True)
class PassiveEntryParameters:
    """`[units.passive_entry]` of a car file (all assumed).

    Attributes:
        key_wait_s: how long the start button waits for a digital key's answer.
        wake_s: how long the unit itself takes to wake when its bus sleeps.
    """

    key_wait_s: Seconds = 1.5
    wake_s: Seconds = 0.0


class PassiveEntry(Ecu):
    """The PEPS unit.

    Args:
        around: what it is built into.
        read_slot: reads the transponder in the immobiliser's slot, which it asks by a wire of its
            own; returns the entry of a right answer.
    """

    node = "PEPS"

    def __init__(self, around: Surroundings, read_slot: ReadSlot) -> None:
        super().__init__(around)
        self._read_slot = read_slot
        self.parameters = around.model.parameters("passive_entry", PassiveEntryParameters)
        self._rng = stream(around.seed, "car", "passive_entry")
        self._runs = False
        self._key_inside: asyncio.Future[RoleValue] | None = None
        net = around.wiring.net
        net("handle_driver").watch(self._on_handle)
        net("handle_driver_lock").watch(self._on_handle)
        net("start_button").watch(self._on_start_button)
        self.hear("power_mode", self._on_power_mode)
        self.hear("digital_key_inside", self._on_key_inside)

    # ── doors ─────────────────────────────────────────────────────────────────────────────

    def _on_handle(self, net: Net, cause: int | None) -> None:
        if net.mv and self.powered:
            self.start_task(self.serve_handle("unlock" if net.name == "handle_driver" else "lock",
                                              cause))  # fmt: skip

    async def serve_handle(self, direction: str, cause: int | None) -> None:
        """A hand on the handle: tell the others, and look for a fob outside."""
        await self.wake_up(cause)
        self.say_once("handle", "touched" if direction == "unlock" else "lock_touched", cause)
        if self.around.model.fits("peps_fob"):
            found = await self._find_fob(cause, inside=False)
            if found is not None:
                self.say_once("passive_entry_request", direction, found, source="peps_fob", slot=1)

    async def wake_up(self, cause: int | None) -> None:
        """Have the bus awake; from deep sleep the unit needs its own time first."""
        if self.parameters.wake_s and not all(map(self.connector.awake, self.connector.names())):
            await asyncio.sleep(self.parameters.wake_s)
        await self.wake(cause)

    async def _find_fob(self, cause: int | None, *, inside: bool) -> int | None:
        """Challenge every learned fob; return the entry of a right answer from the right side."""
        challenge = self._rng.randbytes(8)
        for fob in self.around.fobs:
            answer = await self.around.air.send(
                "lf", self.node, fob, challenge, what="LF challenge", cause=cause
            )
            if answer is None or answer.payload[:4] != fob_id(fob):
                continue
            if is_answer(answer.payload, fob_key(fob), challenge, "passive"):
                place = self.around.air.places[fob]
                if place.inside == inside:
                    return answer.seq
        return None

    # ── start button ──────────────────────────────────────────────────────────────────────

    def _on_start_button(self, net: Net, cause: int | None) -> None:
        if net.mv and self.powered:
            self.start_task(self.serve_start_button(cause))

    async def serve_start_button(self, cause: int | None) -> None:
        """The start button: stop a running car, else look for a key inside and start."""
        await self.wake(cause)
        if self._runs:
            self.say_once("start_request", "stop", cause)
            return
        source, seq = await self._find_key(cause)
        if seq is None:
            self.note("no key found inside", cause)
            return
        self.say_once("start_request", "start", seq, source=source)

    async def _find_key(self, cause: int | None) -> tuple[str, int | None]:
        if self.around.model.fits("peps_fob"):
            found = await self._find_fob(cause, inside=True)
            if found is not None:
                return "peps_fob", found
        found = await self._read_slot(cause)
        if found is not None:
            return "transponder", found
        return await self._ask_digital_keys(cause)

    async def _ask_digital_keys(self, cause: int | None) -> tuple[str, int | None]:
        self._key_inside = asyncio.get_running_loop().create_future()
        self.say_once("start_button", "pressed", cause)
        try:
            async with asyncio.timeout(self.parameters.key_wait_s):
                value = await self._key_inside
        except TimeoutError:
            return "none", None
        finally:
            self._key_inside = None
        return str(value.fields.get("source", "none")), value.seq

    def _on_key_inside(self, value: RoleValue) -> None:
        if value.means("yes") and self._key_inside is not None and not self._key_inside.done():
            self._key_inside.set_result(value)

    def _on_power_mode(self, value: RoleValue) -> None:
        self._runs = any(map(value.means, self.around.running))
