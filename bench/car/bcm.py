"""Body control module: doors, alarm, power mode; it decides what moves."""

from dataclasses import dataclass, field

from bench.can.role_bus import RoleValue
from bench.car.alarm import Alarm
from bench.car.central_locking import DOORS, CentralLocking, LockingParameters
from bench.car.door_lin import DoorLin
from bench.car.door_lock import Direction, DoorLock, LockParameters
from bench.car.ecu import BOOT_S, LEAST_SUPPLY_MV, Ecu
from bench.car.keypad import Keypad, KeypadParameters
from bench.car.power_mode import PowerMode, PowerParameters
from bench.car.remote_commands import RemoteCommands
from bench.car.rolling_code import RollingCodeReceiver
from bench.car.surroundings import Surroundings
from bench.events.wires import KEYPAD_KEYS, LATCH, LOCK_MOTOR, TERMINAL_30
from bench.protocol.fob_frame import decode_press
from bench.radio.air import Answer, Heard
from bench.units import Count, Seconds
from bench.wiring.nets import CLOSED_MV, Net

LOCKS_PROTECTED, KEYPAD_LOCKED_OUT = "B1A20-00", "B1A21-00"


@dataclass(frozen=True)
class BcmParameters:
    """`[units.bcm]` of a car file.

    Attributes:
        cylinder_switch: the blade's switch unlocks all doors (else the blade moves its own only).
        cylinder_disarms: the blade silences the alarm, too.
        reports_locks: the buses are told how the doors stand.
        brown_out_mv: the supply below which it resets (ISO 16750-2 lets units do so below about
            6 V).
        boot_s: from the supply's return until it works (assumed).
    """

    lock: LockParameters = field(default_factory=LockParameters)
    locking: LockingParameters = field(default_factory=LockingParameters)
    power: PowerParameters = field(default_factory=PowerParameters)
    keypad: KeypadParameters = field(default_factory=KeypadParameters)
    cylinder_switch: bool = True
    cylinder_disarms: bool = False
    reports_locks: bool = True
    brown_out_mv: Count = LEAST_SUPPLY_MV
    boot_s: Seconds = BOOT_S


class Bcm(Ecu):
    """The body control module."""

    node = "BCM"
    cyclic = ("door_lock_state", "door_open_driver", "power_mode", "alarm_state")
    trouble = (LOCKS_PROTECTED, KEYPAD_LOCKED_OUT)

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around)
        self.parameters = around.model.parameters("bcm", BcmParameters)
        self.alarm = Alarm(self._report_alarm, cylinder_disarms=self.parameters.cylinder_disarms)
        self.power = PowerMode(self.parameters.power, self._on_power_mode)
        self.locking = CentralLocking(
            self._make_locks(), self.parameters.locking,
            report=self._report_locks, note=self.note, relock=self._relock,
        )  # fmt: skip
        self.rke = RollingCodeReceiver(around.fobs)
        self.keypad = Keypad(self.parameters.keypad)
        self._door_lin: DoorLin | None = None
        self._listen()

    @property
    def brown_out_mv(self) -> int:
        """The supply below which it resets, in millivolts."""
        return self.parameters.brown_out_mv

    @property
    def boot_s(self) -> float:
        """How long it needs from the supply's return until it works."""
        return self.parameters.boot_s

    def on_supply_lost(self, cause: int | None) -> None:
        """Let go of the motors; what it meant to do by itself is forgotten with its memory."""
        self.locking.cancel_relock()
        if self._door_lin is not None:
            self._door_lin.stop()
        for lock in self.locking.locks.values():
            lock.release(cause)

    def _make_locks(self) -> dict[str, DoorLock]:
        net = self.around.wiring.net
        return {
            door: DoorLock(
                door, net(f"{LOCK_MOTOR}{door}"), net(f"{LATCH}{door}"), net(TERMINAL_30),
                self.parameters.lock,
            )
            for door in DOORS
        }  # fmt: skip

    def _listen(self) -> None:
        around = self.around
        self.hear("digital_key_request", self._on_access_request)
        self.hear("passive_entry_request", self._on_access_request)
        self.hear("immobiliser_state", self._on_immobiliser)
        self.hear("start_request", self._on_start_request)
        self.remote_commands = RemoteCommands(self, self._from_afar, self.power, self.alarm)
        if around.model.fits("rke_fob"):
            around.air.receive("uhf", self.node, self._on_rke)
        if around.model.fits("keypad"):
            self._connect_keypad()
        for net, act in (
            ("cylinder_unlock", self._on_cylinder), ("cylinder_lock", self._on_cylinder),
            ("interior_unlock", self._on_interior), ("interior_lock", self._on_interior),
            ("door_driver_open", self._on_door), ("hood_open", self._on_door),
        ):  # fmt: skip
            around.wiring.net(net).watch(act)

    def _connect_keypad(self) -> None:
        """Hear the keypad: over LIN where the car has it so, else by a wire for each key."""
        side = self.around.keypad_lin()
        if side is not None:
            self._door_lin = DoorLin(side, self.node, self._on_digit, lambda: self.powered)
            return
        for key in KEYPAD_KEYS:
            self.around.wiring.net(key).watch(self._on_keypad)

    def place(self, *, locked: bool, mode: str) -> None:
        """Be in a state from the beginning, as parked or left."""
        for lock in self.locking.locks.values():
            lock.place(locked=locked)
        self.power.place(mode)
        self._report_locks("none", None)
        self.say("power_mode", mode, None)
        self.alarm.place(locked=locked)

    def cyclic_roles(self, bus: str) -> tuple[str, ...]:
        """Return the roles that it sends cyclically on a bus."""
        silent = () if self.parameters.reports_locks else ("door_lock_state",)
        return tuple(role for role in super().cyclic_roles(bus) if role not in silent)

    def keeps_awake(self) -> bool:
        """Keep the bus while the car is on."""
        return self.power.mode != "off"

    # ── doors ─────────────────────────────────────────────────────────────────────────────

    def _access(self, direction: Direction, source: str, cause: int | None) -> None:
        if self.powered:
            self.start_task(self.access(direction, source, cause))

    def _relock(self) -> None:
        """Lock again by itself, unless somebody has opened the door meanwhile."""
        if not self.around.wiring.net("door_driver_open").mv:
            self._access("lock", "auto_relock", None)

    async def access(self, direction: Direction, source: str, cause: int | None) -> bool:
        """Unlock or lock because `source` may; return whether the doors moved."""
        await self.wake(cause, self._state_bus())
        if not self.powered:
            return False
        moved = await self.locking.move(direction, source, cause)
        if moved:
            self.alarm.on_moved(direction, source, cause)
        elif self.locking.inhibited:
            self.fail(LOCKS_PROTECTED, cause)
        return moved

    async def _from_afar(self, direction: Direction, source: str, cause: int | None) -> bool:
        """Unlock or lock for a command, by what a defect may have put in the place of `access`."""
        return await self.access(direction, source, cause)

    def _state_bus(self) -> str | None:
        """Return the bus that reports the doors (the only one that a mere door needs)."""
        bus = self.connector.bus_of("door_lock_state")
        return bus.port.bus if bus else None

    def _report_locks(self, source: str, cause: int | None) -> None:
        if not self.parameters.reports_locks:
            return
        state = self.locking.state
        doors = {door: "locked" if lock.locked else "unlocked"
                 for door, lock in self.locking.locks.items()}  # fmt: skip
        label = "unlocked" if state == "driver_unlocked" and not self._knows(state) else state
        events = self.locking.operations
        self._report_cause(source, cause)
        self.say("door_lock_state", label, cause, source=source, events=events, **doors)

    def _report_cause(self, source: str, cause: int | None) -> None:
        """Say what moves the doors, where that is a role of its own and no field of their state."""
        bus = self.connector.bus_of("lock_cause")
        state = None if bus is None else bus.roles.roles.get("door_lock_state")
        told = state is not None and "source" in state.fields
        if bus is not None and not told and source in bus.roles.role("lock_cause").labels:
            self.say("lock_cause", source, cause)

    def _report_alarm(self, state: str, cause: int | None) -> None:
        self.say("alarm_state", state, cause)

    def _knows(self, label: str) -> bool:
        bus = self.connector.bus_of("door_lock_state")
        return bus is not None and label in bus.roles.role("door_lock_state").labels

    def _on_access_request(self, value: RoleValue) -> None:
        source = "digital_key" if value.role == "digital_key_request" else "passive_entry"
        if value.means("unlock") or value.means("lock"):
            self._access("unlock" if value.means("unlock") else "lock", source, value.seq)

    async def _on_rke(self, heard: Heard) -> Answer | None:
        if not self.powered:
            return None
        try:
            pressed = decode_press(heard.payload)
        except ValueError:
            return None
        verdict = self.rke.accept(pressed)
        seq = self.note(f"remote key {pressed.button}: {verdict}", heard.seq)
        if verdict == "accepted" and pressed.button in {"unlock", "lock"}:
            self._access("unlock" if pressed.button == "unlock" else "lock", "remote_key", seq)
        return None

    def _on_keypad(self, net: Net, cause: int | None) -> None:
        if net.mv and self.powered:
            self._on_digit(net.name[-1], cause)

    def _on_digit(self, digit: str, cause: int | None) -> None:
        outcome = self.keypad.press(digit)
        if outcome != "more":
            seq = self.note(f"keypad: {outcome}", cause)
            if self.keypad.locked_out:
                self.fail(KEYPAD_LOCKED_OUT, seq)
            if outcome == "right":
                self._access("unlock", "keypad", seq)

    def _on_cylinder(self, net: Net, cause: int | None) -> None:
        if net.mv and self.parameters.cylinder_switch:
            self._access("unlock" if net.name == "cylinder_unlock" else "lock", "cylinder", cause)

    def _on_interior(self, net: Net, cause: int | None) -> None:
        if net.mv:
            self._access("unlock" if net.name == "interior_unlock" else "lock", "interior", cause)

    def _on_door(self, net: Net, cause: int | None) -> None:
        is_open = bool(net.mv)
        if net.name == "hood_open":
            self.say("hood_open", "open" if is_open else "closed", cause)
            return
        self.say("door_open_driver", "open" if is_open else "closed", cause)
        if is_open:
            self.locking.cancel_relock()
            self.alarm.on_opened(cause)

    # ── diagnosis ─────────────────────────────────────────────────────────────────────────

    def state_of(self, item: str) -> int:
        """Return an item of its inner state, as diagnosis reads it."""
        if item == "repeated_operation":
            return self.locking.recent
        if item == "remote_starts":
            return self.power.remote_starts
        if item == "keypad_lockout":
            return int(self.keypad.locked_out)
        return super().state_of(item)

    def on_reset(self, cause: int | None) -> None:
        """Forget counters and pauses; doors and power mode are read back from the hardware."""
        super().on_reset(cause)
        self.locking.forget()
        self.power.remote_starts = 0
        self.keypad = Keypad(self.parameters.keypad)

    # ── power mode ────────────────────────────────────────────────────────────────────────

    def _on_immobiliser(self, value: RoleValue) -> None:
        if value.means("released"):
            self.alarm.disarm(value.seq)
            self.start_task(self.power.start(value.seq))

    def _on_start_request(self, value: RoleValue) -> None:
        if value.means("stop"):
            self.power.stop(value.seq)

    def _on_power_mode(self, mode: str, cause: int | None) -> None:
        self.say("power_mode", mode, cause)
        on = mode in {"on", "ready"}
        self.around.wiring.net("terminal_15").drive(self.node, CLOSED_MV if on else 0, cause)
