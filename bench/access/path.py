"""What a path is, and the scene on which an owner walks it."""

import asyncio
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, cast

from bench.access.intent import INTENTS
from bench.access.press import PRESS_S, press
from bench.access.touch import Touch
from bench.errors import ConfigError, nearest
from bench.events import ActSensed, Claim
from bench.owner.cast import OWNERS, THINGS, carries
from bench.registry import Registry, registry
from bench.station.actuators import missing
from bench.station.station import Station

ASSUMED = "assumed: no citable limit exists"
WALK_S = 1.0


def paths() -> Registry:
    """Return every path there is."""
    return registry("path", "access/paths")


def get_path(name: str) -> "Path":
    """Return a path by name.

    Raises:
        UnknownName: there is none; ConfigError: another distribution's says what makes no sense.
    """
    path = cast("Path", paths().get(name)())
    for key, known in (
        ("serves", INTENTS), ("cloud", path.serves), ("needs", THINGS), ("owner", OWNERS),
    ):  # fmt: skip
        given = getattr(path, key)
        for word in (given,) if isinstance(given, str) else given:
            if word not in known:
                raise ConfigError(f'path "{name}": {key}: no "{word}": {nearest(word, known)}')
        if isinstance(given, str) and key != "owner":
            raise ConfigError(f'path "{name}": {key}: should be several in brackets: ("{given}",)')
    if lacking := path.lacking(path.owner):
        raise ConfigError(
            f'path "{name}": needs {", ".join(lacking)}, which its owner '
            f"{path.owner} does not carry: say who does (owner), known: {', '.join(OWNERS)}"
        )
    return path


@dataclass(frozen=True)
class Limit:
    """How long something may take, and who says so."""

    value_s: float
    source: str = ASSUMED


@dataclass
class Scene:
    """One attempt on a station.

    Attributes:
        station: where it happens.
        attempt: its name.
        seq: the entry of its intent.
    """

    station: Station
    attempt: str
    seq: int

    def sensed(self, act: str, cause: int | None = None) -> int:
        """Record the owner's act at the moment at which the bench senses it."""
        return self.station.journal.write(
            ActSensed(self.attempt, act), self.seq if cause is None else cause
        )

    async def press(self, function: str) -> None:
        """Close a contact of the car for a moment, by the bench's relay."""
        await press(self.station, function, self.sensed(f"{function} closed"))

    async def actuate(self, act: str, says: str = "", hold_s: float = PRESS_S) -> bool:
        """Do an act with a real thing of the owner's, if it is real here; return whether it is.

        What `says` is recorded as the owner's act when the bench senses it: the path's time begins
        there, not at the relay. An act that nothing does, or that is not sensed, is the bench's
        fault, on the record.

        Args:
            act: as the bench file has it, "fob unlock", "card pillar".
            says: what the owner's act is called ("": another act follows, which counts).
            hold_s: for how long.
        """
        station = self.station
        if not station.actuators.moves(act):
            return False
        actuator = station.actuators.find(act)
        if actuator is None:
            station.journal.write(missing(act), self.seq)
            return True
        seq = await actuator.move(station.instruments, station.journal, self.seq)
        if seq is not None and says:
            self.sensed(says, seq)
        await asyncio.sleep(hold_s)
        actuator.release(station.instruments, self.seq)
        return True

    def told(self, state: str, text: str) -> None:
        """Record what the car itself has told the owner."""
        owner = self.station.owner.name
        self.station.journal.write(Claim(owner, self.attempt, state, text), self.seq)


class Path(ABC):
    """A way into the car, or to driving it.

    Attributes:
        needs: what must be carried.
        serves: which intents.
        cloud: which of them need the cloud by nature.
        give_up_s: when an owner stops waiting.
        limits: how long it may take, per intent.
        most_tries: how often it can be tried in a row (None: as often as one likes).
        only_inside: intents that it serves from inside only: no help to who stands outside.
        credential: the digital key that is used.
        owner: who walks it in a campaign, by name.
        steps: those of a command in flight on it (see `bench.judge.steps`).
    """

    needs: ClassVar[frozenset[str]]
    serves: ClassVar[tuple[str, ...]]
    cloud: ClassVar[tuple[str, ...]] = ()
    give_up_s: ClassVar[float] = 8.0
    limits: ClassVar[dict[str, Limit]] = {}
    most_tries: ClassVar[int | None] = None
    only_inside: ClassVar[tuple[str, ...]] = ()
    credential: ClassVar[str] = ""
    owner: ClassVar[str] = "phone_only"
    steps: ClassVar[tuple[str, ...]] = ()

    @property
    def name(self) -> str:
        """Its name, as users write it."""
        return paths().name_of(self)

    def lacking(self, owner: str) -> list[str]:
        """Return what an owner, by name, does not carry of what it needs."""
        return sorted(self.needs - carries(owner).things())

    def contacts(self, intent: str, code: str) -> tuple[str, ...]:
        """Return the car's contacts that the bench closes for one try, in order.

        Args:
            intent: what for.
            code: the keypad's.
        """
        del intent, code
        return ()

    def touches(self, intent: str) -> tuple[Touch, ...]:
        """Return what of the owner's meets which unit of the car, without a contact between.

        A bench where one side is real and the other simulated cannot do the path.
        """
        del intent
        return ()

    def roles(self, intent: str) -> tuple[str, ...]:
        """Return the roles without which the telematics bus carries its acts to nobody."""
        del intent
        return ()

    @abstractmethod
    async def act(self, scene: Scene, intent: str) -> None:
        """Do what an owner does who wants `intent` by this path."""
