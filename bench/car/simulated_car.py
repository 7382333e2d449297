"""The simulated car as a whole: its units, its nets, its buses."""

from collections.abc import Collection

from bench.can.restbus import Restbus
from bench.car.absent import unplugged
from bench.car.bcm import Bcm
from bench.car.central_locking import DOORS
from bench.car.digital_key import DigitalKey
from bench.car.ecu import Ecu
from bench.car.gateway import Gateway
from bench.car.head_unit import HeadUnit
from bench.car.immobiliser import Immobiliser
from bench.car.keypad_unit import KeypadUnit
from bench.car.passive_entry import PassiveEntry
from bench.car.surroundings import Surroundings
from bench.config.bench_file import BUSES
from bench.events.wires import KEYPAD_KEYS, LATCH, LOCK_MOTOR, OWN_GROUND, OWN_SUPPLY, TERMINAL_30
from bench.radio.air import Answer, Heard

NETS = (
    TERMINAL_30, "cylinder_unlock", "cylinder_lock", "handle_driver", "handle_driver_lock",
    "start_button", "interior_unlock", "interior_lock", "door_driver_open", "hood_open",
    "telematics_supply", "terminal_15",
    *(f"{LOCK_MOTOR}{door}" for door in DOORS), *(f"{LATCH}{door}" for door in DOORS),
    *(f"can_{bus}_{line}" for bus in BUSES for line in "hl"), *KEYPAD_KEYS,
)  # fmt: skip
SWITCH_S = 0.3  # how long a turned blade holds its switch closed


class SimulatedCar:
    """One simulated car.

    Args:
        around: what its units are built into.
        blade: the cut of the blade that fits its cylinder.
        real: units (`UNITS`) that are not simulated, because real ones are there.
    """

    def __init__(self, around: Surroundings, *, blade: bytes, real: Collection[str] = ()) -> None:
        self.around = around
        self.time, self.loop = around.time, around.loop
        self._blade, self._real = blade, frozenset(real)
        for net in NETS:
            around.wiring.net(net)
        self.bcm = Bcm(self._around("bcm"))
        self.immobiliser = Immobiliser(self._around("immobiliser"))
        self.passive_entry = PassiveEntry(
            self._around("passive_entry"), self.immobiliser.read_backup_slot
        )
        self.digital_key = DigitalKey(self._around("digital_key"))
        self.gateway = Gateway(self._around("gateway"))
        self.head_unit = HeadUnit(self._around("head_unit"))
        self._wire_real_units()
        self._connect_diagnosis()
        side = around.keypad_lin()
        if side is not None:
            KeypadUnit(side, around.wiring)  # it lives by the nets that it watches
        if around.model.fits("mechanical_key") and "bcm" not in real:
            around.air.receive("blade", "cylinder", self._on_blade)

    def _around(self, unit: str) -> Surroundings:
        """Return what a unit is plugged into: nothing where the real unit is."""
        return unplugged(self.around) if unit in self._real else self.around

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

    def cyclic_messages(self, bus: str) -> set[str]:
        """Return the messages that its units send cyclically on a bus."""
        there = (unit for unit in self.units.values() if unit.around is self.around)
        return set[str]().union(*(unit.cyclic_messages(bus) for unit in there))

    def _wire_real_units(self) -> None:
        """Have the wires of real units, too: relays stand in them."""
        for unit in self.units.values():
            if unit.around is not self.around:
                self.around.wiring.branch(TERMINAL_30, f"{OWN_SUPPLY}{unit.node.lower()}")
                self.around.wiring.net(f"{OWN_GROUND}{unit.node.lower()}")

    def _connect_diagnosis(self) -> None:
        for name, unit in self.units.items():
            if name in self.around.model.file.diagnosis:
                unit.connect_diagnosis(self.around.model.file.diagnosis[name])

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
        net = self.around.wiring.net(f"cylinder_{word}")
        net.drive("cylinder", 12_000, heard.seq)
        self.loop.call_later(SWITCH_S, net.drive, "cylinder", 0)
        return Answer(b"turned", heard.seq)
