"""Which acts of an owner would reach nobody, because one side is real and the other simulated."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.access.key_path import START
from bench.access.path import Path
from bench.access.touch import Touch
from bench.car.model import CarModel
from bench.config.bench_file import StationFile
from bench.events import BenchFault
from bench.events.wires import KEYPAD
from bench.station.actuators import ACTS, Actuators, load_actuators, missing
from bench.station.real_units import SWITCHES, real_unit_names


@dataclass(frozen=True)
class Reach:
    """What is real on a bench, of the car and of the owner's.

    Attributes:
        units: the car's units that stand on the table.
        actuators: what moves the owner's real things.
        code_is_said: whether the car file says which code its keypad takes.
    """

    units: frozenset[str]
    actuators: Actuators
    code_is_said: bool = True

    def contacts(self, path: Path, intent: str, code: str) -> tuple[str, ...]:
        """Return the contacts that the bench closes for one try of a path, the owner's first."""
        touches = path.touches(intent)
        moving = (found.function for t in touches if (found := self.actuators.find(t.act)))
        instead = (t.contact for t in touches if t.unit in self.units)
        return (*moving, *path.contacts(intent, code), *filter(None, instead))

    def ends(self, path: Path, intent: str, code: str) -> tuple[str, ...]:
        """Return the real units that a path's acts reach: a real car tells no causes."""
        touched = {touch.unit for touch in path.touches(intent)} & self.units
        switched = {self.switched(f, by_wire=True) for f in self.contacts(path, intent, code)}
        return tuple(sorted(filter(None, touched | switched)))

    def lacks(self, path: Path, intent: str) -> tuple[BenchFault, ...]:
        """Return why a path's act would reach nobody here: what of the owner's, and the reason."""
        lacking = [fault for touch in path.touches(intent) for fault in self._lack(touch)]
        lacking += [*self._overheard(path, intent), *self._misplaced(path, intent)]
        lacking += self._guessed(path, intent)
        return tuple(dict.fromkeys(lacking))

    def switched(self, function: str, *, by_wire: bool) -> str:
        """Return the real unit at which a switch of the car ends ("": none, or nobody knows).

        Args:
            function: the switch's.
            by_wire: whether the keypad hangs on wires, and on no LIN bus.
        """
        known = by_wire or not function.startswith(KEYPAD)
        unit = SWITCHES.get(function, "") if known else ""
        return unit if unit in self.units else ""

    def _lack(self, touch: Touch) -> Iterator[BenchFault]:
        """Yield what keeps owner and car from meeting, if anything does."""
        real = touch.unit in self.units
        on_table = touch.thing in self.actuators.on_table
        moved = touch.act and self.actuators.moves(touch.act)
        if moved and self.actuators.find(touch.act) is None:
            yield missing(touch.act)
        elif real and not on_table and not touch.contact:
            reason = f"no simulated {touch.thing} reaches the real {touch.unit}"
            yield BenchFault(f"owner.{touch.thing}", reason + self._remedy(touch))
        elif on_table and not real:
            reason = (
                f"the real {touch.thing} reaches no simulated {touch.unit}: name the real one in "
                "car.real"
            )
            yield BenchFault(f"owner.{touch.thing}", reason)

    def _overheard(self, path: Path, intent: str) -> Iterator[BenchFault]:
        """Yield that a fob which nobody can switch off would answer for another key."""
        fob_is_on = "fob" in self.actuators.on_table and self.actuators.cell is None
        if not fob_is_on or "fob" in path.needs:
            return
        for contact in path.contacts(intent, ""):
            if self.switched(contact, by_wire=True) == "passive_entry":
                yield BenchFault(
                    "owner.fob",
                    f"the real fob is on whoever the owner is, and {contact} has the real "
                    "passive_entry ask for it: name its supply as owner.fob.cell",
                )

    def _misplaced(self, path: Path, intent: str) -> Iterator[BenchFault]:
        """Yield that passive entry looks for the fob where it does not lie."""
        place = self.actuators.fob_place
        asked = any((t.unit, t.thing) == ("passive_entry", "fob") for t in path.touches(intent))
        wanted = "inside" if START in path.contacts(intent, "") else "outside"
        if asked and "fob" in self.actuators.on_table and place not in {None, wanted}:
            reason = f"the real fob lies {place}, by owner.fob.place, and is looked for {wanted}"
            yield BenchFault("owner.fob", reason)

    def _guessed(self, path: Path, intent: str) -> Iterator[BenchFault]:
        """Yield that nobody has said which code a real unit takes: a wrong one is no try of it."""
        typed = any(each.startswith(KEYPAD) for each in path.contacts(intent, "0"))
        if typed and "bcm" in self.units and not self.code_is_said:
            yield BenchFault(
                "owner.code",
                'nobody has said which code the real bcm takes: [units.bcm.keypad] code = "…" in '
                "the car file",
            )

    def _remedy(self, touch: Touch) -> str:
        possible = touch.act in ACTS and touch.thing not in self.actuators.real
        return f": name the real one's as owner.{ACTS[touch.act]}" if possible else ""


def reach_of(file: StationFile, model: CarModel) -> Reach:
    """Return what is real on a bench, by its file; raises ConfigError for what is not there."""
    units = real_unit_names(file.content.car.real)
    return Reach(units, load_actuators(file), says_code(model))


def says_code(model: CarModel) -> bool:
    """Whether a car file says which code its keypad takes: else the simulated one has its own."""
    return "code" in model.file.units.get("bcm", {}).get("keypad", {})
