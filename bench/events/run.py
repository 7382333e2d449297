"""What the run did: phases, faults, the starting state, the controls, the end."""

from dataclasses import dataclass

from bench.events.event import Event


@dataclass(frozen=True, slots=True)
class PhaseBegan(Event):
    """A phase of the outage began ("before" and "after" stand around it)."""

    phase: str


@dataclass(frozen=True, slots=True)
class Noted(Event):
    """A test says what it is about: a step, a number that it has read."""

    text: str


@dataclass(frozen=True, slots=True)
class FaultArmed(Event):
    """A fault is in place; `spec` is how a user would write it.

    It is in force from now on, or, if it has a `from_s`, from its FaultBegan on.
    """

    fault: str
    layer: str
    spec: str


@dataclass(frozen=True, slots=True)
class FaultBegan(Event):
    """A fault that was armed before is in force from now on."""

    fault: str


@dataclass(frozen=True, slots=True)
class FaultMet(Event):
    """An operation really met the fault."""

    fault: str
    party: str
    operation: str


@dataclass(frozen=True, slots=True)
class FaultCleared(Event):
    """A fault is gone; `met` is how many operations had met it."""

    fault: str
    met: int


@dataclass(frozen=True, slots=True)
class StateChecked(Event):
    """One item of the starting state: declared, and what was seen of it.

    `seen` is None where nothing has reported it, "not observable here" where no role carries it.
    """

    item: str
    declared: str
    seen: str | None
    verified: bool


@dataclass(frozen=True, slots=True)
class RecipeApplied(Event):
    """The bench did something so that an item of the starting state comes to be as declared."""

    recipe: str
    item: str
    seen: str | None


@dataclass(frozen=True, slots=True)
class Control(Event):
    """A positive control ended: did the same path, in the same set-up, act without the outage?"""

    attempt: str
    acted: bool


@dataclass(frozen=True, slots=True)
class WitnessProbed(Event):
    """The witness asked the cloud for a whole remote command, and this is how it went."""

    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class End(Event):
    """The last entry of a complete recording, with counts of what it holds."""

    entries: int
    frames: int
