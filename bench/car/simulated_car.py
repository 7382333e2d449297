"""The simulated car as a whole: its units, its nets, its buses."""

import asyncio
from collections.abc import Collection, Mapping

from bench.can.restbus import Restbus
from bench.can.roles import RoleMap
from bench.car.absent import unplugged
from bench.car.bcm import Bcm
from bench.car.central_locking import DOORS
from bench.car.digital_key import DigitalKey
from bench.car.ecu import Ecu
from bench.car.gateway import Gateway
from bench.car.harness import MakePort
from bench.car.head_unit import HeadUnit
from bench.car.immobiliser import Immobiliser
from bench.car.keypad_unit import KeypadUnit
from bench.car.lin_side import KEY, LinSide
from bench.car.model import CarModel
from bench.car.passive_entry import PassiveEntry
from bench.clock.timebase import Timebase
from bench.events.wires import LATCH, LOCK_MOTOR
from bench.journal import Journal
from bench.radio.air import Air, Answer, Heard
from bench.wiring.nets import Wiring

NETS = (
    "terminal_30", "cylinder_unlock", "cylinder_lock", "handle_driver", "handle_driver_lock",
    "start_button", "interior_unlock", "interior_lock", "door_driver_open", "hood_open",
    "telematics_supply", "terminal_15",
    *(f"{LOCK_MOTOR}{door}" for door in DOORS), *(f"{LATCH}{door}" for door in DOORS),
    *(f"can_{bus}_{line}" for bus in ("body", "telematics") for line in "hl"),
)  # fmt: skip
SWITCH_S = 0.3  # how long a turned blade holds its switch closed


class SimulatedCar:
    """One simulated car.

    Args:
        model: what is fitted and how it is set.
        time: the clock it lives by.
        journal: the diary.
        wiring: the nets that its plugs end on.
        air: the radio around it.
        role_maps: per bus ("body", "telematics", "inner") what it carries.
        make_port: makes a port for a bus and a node.
        seed: of its own randomness.
        fobs: names of the fobs it has learned.
        blade: the cut of the blade that fits its cylinder.
        real: units (`UNITS`) that are not simulated, because real ones are there.
        lin: its end of each LIN bus.
    """

    def __init__(
        self,
        model: CarModel,
        *,
        time: Timebase,
        journal: Journal,
        wiring: Wiring,
        air: Air,
        role_maps: dict[str, RoleMap],
        make_port: MakePort,
        seed: int,
        fobs: list[str],
        blade: bytes,
        real: Collection[str] = (),
        lin: Mapping[str, LinSide] | None = None,
    ) -> None:
        self.model = model
        self.time, self.loop = time, asyncio.get_running_loop()
        self.journal = journal
        self.wiring, self.air = wiring, air
        self.role_maps, self.make_port = role_maps, make_port
        self.seed = seed
        self.fobs, self._blade = fobs, blade
        for net in (*NETS, *(f"keypad_{digit}" for digit in range(10))):
            wiring.net(net)
        self._real = frozenset(real)
        self.lin = dict(lin or {})
        self.bcm = Bcm(self._around("bcm"))
        self.immobiliser = Immobiliser(self._around("immobiliser"))
        self.passive_entry = PassiveEntry(self._around("passive_entry"))
        self.digital_key = DigitalKey(self._around("digital_key"))
        self.gateway = Gateway(self._around("gateway"))
        self.head_unit = HeadUnit(self._around("head_unit"))
        self._wire_real_units()
        self._connect_diagnosis()
        side = self.keypad_lin()
        if side is not None:
            self.keypad_unit = KeypadUnit(side, wiring)
        if model.fits("mechanical_key") and "bcm" not in real:
            air.receive("blade", "cylinder", self._on_blade)

    def keypad_lin(self) -> LinSide | None:
        """Return the LIN bus that the keypad is on; None where its wires end at the BCM."""
        sides = [side for side in self.lin.values() if KEY in side.roles.roles]
        return sides[0] if sides and self.model.fits("keypad") else None

    def _around(self, unit: str) -> "SimulatedCar":
        """Return the car that a unit is plugged into: none where the real unit is."""
        return unplugged(self) if unit in self._real else self

    @property
    def units(self) -> dict[str, Ecu]:
        """Every unit by its name on the buses."""
        units: tuple[Ecu, ...] = (
            self.bcm, self.immobiliser, self.passive_entry, self.digital_key, self.gateway,
            self.head_unit,
        )  # fmt: skip
        return {unit.node: unit for unit in units}

    def stand_in(self, bus: str, restbus: Restbus) -> None:
        """Let units ask and answer in the messages that a restbus sends in their place."""
        for unit in self.units.values():
            if bus in unit.connector.names():
                unit.connector.bus(bus).stand_in(restbus.sending)

    def _wire_real_units(self) -> None:
        """Have the wires of real units, too: relays stand in them."""
        for unit in self.units.values():
            if unit.car is not self:
                self.wiring.branch("terminal_30", f"terminal_30_{unit.node.lower()}")
                self.wiring.net(f"ground_{unit.node.lower()}")

    def _connect_diagnosis(self) -> None:
        for name, unit in self.units.items():
            if name in self.model.file.diagnosis:
                unit.connect_diagnosis(self.model.file.diagnosis[name])

    def place(self, *, locked: bool, mode: str) -> None:
        """Be parked or left in a state; the buses report it when they are next awake."""
        self.bcm.place(locked=locked, mode=mode)

    async def show_state(self) -> None:
        """Wake the buses once, as after a drive, so that everybody knows the state."""
        units = {"bcm": self.bcm, "gateway": self.gateway, "passive_entry": self.passive_entry}
        there = [unit for name, unit in units.items() if name not in self._real]
        for unit in there[:1]:
            await unit.wake(None, "body" if unit is self.gateway else None)
        await self.gateway.wake(None, "telematics")

    async def _on_blade(self, heard: Heard) -> Answer | None:
        """A blade turns in the cylinder: its door's latch by a rod, a switch to the BCM."""
        cut, _, direction = heard.payload.partition(b":")
        if cut != self._blade or direction not in {b"unlock", b"lock"}:
            return None
        word = direction.decode()
        lock = self.bcm.locking.locks["driver"]
        lock.turn("unlock" if word == "unlock" else "lock", heard.seq)
        net = self.wiring.net(f"cylinder_{word}")
        net.drive("cylinder", 12_000, heard.seq)
        self.loop.call_later(SWITCH_S, net.drive, "cylinder", 0)
        return Answer(b"turned", heard.seq)
