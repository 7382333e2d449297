"""A scenario: an outage (or none), a way, a wish, an owner."""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from bench.access.outage import Outage
from bench.access.timeline import Timeline
from bench.clock.simulated import EPOCH
from bench.seeds import derived, stream

# repetitions differ in when the owner acts, by as much: a cyclic frame's longest period
DITHER_S = 1.0


@dataclass(frozen=True)
class Scenario:
    """One thing to find out.

    Attributes:
        car: by name.
        owner: by name.
        path, intent: by which way, what for.
        outage: None in a baseline.
        timeline: when what happens.
        epoch: the calendar time at its beginning.
        seed: of every random stream.
        defects: switched on beside those of the car.
        compress: by what its waits have been divided.
        repetition: which of its repetitions this is, from 1.
        measured: whether the telematics unit's discipline is measured in it.
        advice: what the owner does with the phone shortly before the first act ("": nothing).
        span: the long phase that it takes as long as ("": it is a short one).
    """

    car: str
    owner: str
    path: str
    intent: str
    outage: Outage | None
    timeline: Timeline
    epoch: datetime = EPOCH
    seed: int = 1
    defects: tuple[str, ...] = ()
    compress: float = 1.0
    repetition: int = 1
    measured: bool = False
    span: str = ""
    advice: str = ""

    @property
    def id(self) -> str:
        """Its name, also as a file: letters, digits and a few marks."""
        baseline = f"baseline@{self.span}" if self.span else "baseline"
        outage = self.outage.name if self.outage else baseline
        if self.advice:
            outage = f"{outage}@{self.advice}"
        parts = (self.owner, self.path, self.intent, outage)
        return ".".join(re.sub(r"[^A-Za-z0-9=_,@+-]+", "_", part) for part in parts)

    @property
    def recording_name(self) -> str:
        """What its recording is called: its id, and from the second time on which time it is."""
        return self.id if self.repetition == 1 else f"{self.id}.r{self.repetition}"

    def repeated(self, number: int) -> "Scenario":
        """Return one repetition of the same scenario: chance and moment drawn anew.

        The first time is the scenario itself. Baseline and outage of one repetition share their
        seed and the moments of their acts.
        """
        if number == 1:
            return self
        seed = derived(self.seed, "repetition", str(number))
        later_s = stream(seed, "repetition", "moment").uniform(0.0, DITHER_S)
        acts = tuple(round(at_s + later_s, 6) for at_s in self.timeline.acts_s)
        timeline = replace(self.timeline, acts_s=acts)
        return replace(self, timeline=timeline, seed=seed, repetition=number)

    def baseline(self) -> "Scenario":
        """Return the same scenario without the outage."""
        return replace(self, outage=None)
