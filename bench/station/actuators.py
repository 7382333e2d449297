"""The owner's real things, moved by the bench's channels; each act is sensed."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.config.bench_file import StationFile
from bench.errors import ConfigError, nearest
from bench.events import BenchFault, Edge
from bench.journal import Entry, Journal
from bench.owner.rig import LEAST_CELL_MV
from bench.station.instruments import Instruments
from bench.station.models import is_device

EMPTY_CELL_V = LEAST_CELL_MV / 1000
FULL_CELLS_V = 6.6  # two new lithium cells in series: no fob takes more (assumed)
FELT_S = 1.0  # a fob feels its button well within that (assumed)
ALREADY = "shows it already: a button or an arm that is stuck, or a line to be `inverted`"
ACTIVE = "closed"  # how a sense line stands while the act is sensed
# what a bench can do with the owner's things, and the key of [owner] that names the contact
ACTS = {
    "fob unlock": "fob.button_unlock", "fob lock": "fob.button_lock",
    "card pillar": "card.pillar", "card console": "card.console",
}  # fmt: skip


@dataclass(frozen=True)
class Actuator:
    """A channel that moves one of the owner's things.

    Attributes:
        function: its contact.
        sense: the line that shows that it has moved (None: nobody sees it).
        within_s: how long that may take.
    """

    function: str
    sense: str | None
    within_s: float

    async def move(self, instruments: Instruments, journal: Journal, cause: int) -> int | None:
        """Close the contact; return the entry that shows that it has moved.

        That is the sense line's edge, or without such a line the relay's switching. None: the edge
        did not come in time, or the line shows the act before it. Then the bench is at fault, and
        that is recorded.
        """
        if self.sense is not None and instruments.lines.level_of(self.sense) == ACTIVE:
            self._unsure(journal, cause, f"not closed: {self.sense} {ALREADY}")
            return None
        sensed: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def on_entry(entry: Entry) -> None:
            event = entry.event
            mine = isinstance(event, Edge) and (event.line, event.level) == (self.sense, ACTIVE)
            if mine and not sensed.done():
                sensed.set_result(entry.seq)

        stop = journal.watch(on_entry)
        try:
            seq = instruments.switch(self.function, closed=True, cause=cause)
            if self.sense is None:
                return seq
            async with asyncio.timeout(self.within_s):
                return await sensed
        except TimeoutError:
            late = f"closed, and {self.sense} did not show it within {self.within_s:g} s"
            self._unsure(journal, cause, late)
            return None
        finally:
            stop()

    def release(self, instruments: Instruments, cause: int) -> None:
        """Open the contact."""
        instruments.switch(self.function, closed=False, cause=cause)

    def _unsure(self, journal: Journal, cause: int, why: str) -> None:
        journal.write(BenchFault(self.function, why), cause)


@dataclass(frozen=True)
class Actuators:
    """What of the owner's is real on this bench.

    Attributes:
        by_act: per act ("fob unlock", "card pillar") what does it.
        real: which things are real ("fob", "card").
        on_table: which of them hang on devices: the others are twins of the bench's own.
        cell: the supply in the place of the fob's cell.
        fob_place: where the fob lies, "outside" or "inside" (None: wherever it is asked for).
    """

    by_act: Mapping[str, Actuator] = field(default_factory=dict)
    real: frozenset[str] = frozenset()
    on_table: frozenset[str] = frozenset()
    cell: str | None = None
    fob_place: str | None = None

    def find(self, act: str) -> Actuator | None:
        """Return what does an act of the owner; None: nothing on this bench."""
        return self.by_act.get(act)

    def moves(self, act: str) -> bool:
        """Whether the thing that an act is done with is real here."""
        return act.split(maxsplit=1)[0] in self.real


def load_actuators(file: StationFile) -> Actuators:
    """Return the owner's actuators; raises ConfigError for a channel, supply or line not there."""
    owner, by_act, cell = file.content.owner, {}, None
    real = frozenset(n for n, there in (("fob", owner.fob), ("card", owner.card)) if there)
    if owner.fob is not None:
        fob = owner.fob
        sense = _line(file, "fob.sense", fob.sense)
        for button in ("unlock", "lock"):
            function = _contact(file, f"fob.button_{button}", getattr(fob, f"button_{button}"))
            if function is not None:
                by_act[f"fob {button}"] = Actuator(function, sense, FELT_S)
        cell = _cell(file, fob.cell)
    if owner.card is not None:
        for place in ("pillar", "console"):
            function = _contact(file, f"card.{place}", getattr(owner.card, place))
            sense = _line(file, f"card.{place}_sense", getattr(owner.card, f"{place}_sense"))
            if function is not None:
                by_act[f"card {place}"] = Actuator(function, sense, owner.card.travel_s)
    lies = owner.fob.place if owner.fob is not None else None
    return Actuators(by_act, real, _on_table(file), cell, lies)


def _on_table(file: StationFile) -> frozenset[str]:
    """Return the things that a device moves or feeds: they speak with real units only."""
    content, owner = file.content, file.content.owner
    boards = {f"relays.{name}": is_device(section) for name, section in content.relays.items()}
    cells = {f"supplies.{name}": is_device(section) for name, section in content.supplies.items()}
    devices = {name for name, device in (boards | cells).items() if device}
    named: dict[str, tuple[str | None, ...]] = {}
    if owner.fob is not None:
        named["fob"] = (owner.fob.button_unlock, owner.fob.button_lock, owner.fob.cell)
    if owner.card is not None:
        named["card"] = (owner.card.pillar, owner.card.console)
    return frozenset(
        thing for thing, keys in named.items()
        if any(".".join(key.split(".")[:2]) in devices for key in keys if key)
    )  # fmt: skip


def _contact(file: StationFile, key: str, named: str | None) -> str | None:
    boards = file.content.relays
    known = [f"relays.{board}.{f}" for board, section in boards.items() for f in section.channels]
    return _last(file, key, named, known)


def _line(file: StationFile, key: str, named: str | None) -> str | None:
    meters = file.content.meters
    known = [f"meters.{meter}.{line}" for meter, s in meters.items() for line in s.channels]
    return _last(file, key, named, known)


def _cell(file: StationFile, named: str | None) -> str | None:
    """Return the supply in a fob's cell's place; raises ConfigError for what is no cell's voltage.

    A supply that says none gives the car's, which a fob does not survive.
    """
    supplies = file.content.supplies
    name = _last(file, "fob.cell", named, [f"supplies.{name}" for name in supplies])
    if name is not None and not EMPTY_CELL_V <= supplies[name].voltage_v <= FULL_CELLS_V:
        raise ConfigError(
            f"{file.path}: supplies.{name}.voltage_v: {supplies[name].voltage_v:g} V is no fob's "
            f"cell ({EMPTY_CELL_V:g} V: empty, to {FULL_CELLS_V:g} V: two in series)"
        )
    return name


def _last(file: StationFile, key: str, named: str | None, known: list[str]) -> str | None:
    """Return the last part of a name that is known; raises ConfigError for another."""
    if named is None:
        return None
    if named not in known:
        raise ConfigError(f'{file.path}: owner.{key}: no "{named}": {nearest(named, known)}')
    return named.rpartition(".")[2]


def missing(act: str) -> BenchFault:
    """Return the entry for an act that nothing on this bench can do."""
    thing, _, what = act.partition(" ")
    remedy = (
        f"name one as owner.{ACTS[act]}" if act in ACTS else f"[owner.{thing}] has none for {what}"
    )
    return BenchFault(f"owner.{thing}", f"no channel does it: {remedy}")
