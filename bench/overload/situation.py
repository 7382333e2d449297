"""What is simulated: limits, crowds, and what happens to them when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from annotated_types import Ge

from bench.capacity.crowd import Crowd
from bench.capacity.limits import Limits
from bench.config.toml_file import read_toml
from bench.config.validation import check
from bench.errors import ConfigError, UnknownName
from bench.units import Positive, Seconds

FOLDER = Path(__file__).parent / "situations"


@dataclass(frozen=True)
class Trigger:
    """Something that happens, and is over after a while.

    Attributes:
        what: "slow": everything takes `factor` times as long; "surge": open crowds come `factor`
            times as often; "restart": all instances end and start again, with an empty cache.
        at_s, lasts_s: when, and for how long.
        factor: how many times.
    """

    what: Literal["slow", "surge", "restart"]
    at_s: Seconds
    lasts_s: Positive
    factor: Annotated[float, Ge(1)] = 1.0

    @property
    def end_s(self) -> float:
        """When it is over."""
        return self.at_s + self.lasts_s


@dataclass(frozen=True)
class Situation:
    """A file of `bench overload`: parameters only; what comes of them is simulated.

    Attributes:
        title: in a line.
        duration_s: how long it is followed.
        step_s: length of one interval of the course.
        capacity: what the service can take.
        population: the crowds that load it.
        triggers: what happens to it.
    """

    title: str
    duration_s: Positive
    capacity: Limits
    population: Mapping[str, Crowd] = field(default_factory=dict)
    triggers: tuple[Trigger, ...] = ()
    step_s: Positive = 2.0

    def __post_init__(self) -> None:
        """Raises ValueError: nobody comes, or something happens after the end."""
        if not self.population:
            raise ValueError("needs a [population.<name>]: nobody asks for anything")
        late = [trigger for trigger in self.triggers if trigger.end_s >= self.duration_s]
        if late:
            raise ValueError(
                f"a trigger ends at {late[0].end_s:g} s, and the course at {self.duration_s:g} s"
            )

    @property
    def quiet_from_s(self) -> float:
        """When the last trigger is over (0: there is none)."""
        return max((trigger.end_s for trigger in self.triggers), default=0.0)

    @property
    def calm_until_s(self) -> float:
        """When the first trigger begins (0: there is none)."""
        return min((trigger.at_s for trigger in self.triggers), default=0.0)


def situation_names() -> list[str]:
    """Return the names of the built-in situations."""
    return sorted(file.stem for file in FOLDER.glob("*.toml"))


def load_situation(name: str) -> Situation:
    """Read a situation by name, or from a file that ends in .toml.

    Raises:
        ConfigError: there is none, or something in it is wrong.
    """
    path = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    if not name.endswith(".toml") and name not in situation_names():
        raise UnknownName("situation", name, situation_names())
    data: Mapping[str, Any] = read_toml(path)
    if not isinstance(data.get("capacity"), Mapping):
        raise ConfigError(f"{path}: capacity: is missing")
    # a table of its own each: their unknown keys are then looked for
    triggers = [
        check(Trigger, each, source=str(path), prefix=f"triggers.{number}")
        for number, each in enumerate(data.get("triggers", []))
    ]
    capacity = check(Limits, data["capacity"], source=str(path), prefix="capacity")
    return check(Situation, {**data, "triggers": triggers, "capacity": capacity}, source=str(path))
