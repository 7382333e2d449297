"""A scenario: an outage (or none), a way, a wish, an owner; and when what happens."""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from bench.access.outage import Outage
from bench.clock.simulated import EPOCH

SETTLE_S = 20.0  # the units have gone to sleep, the telematics unit is connected
BEFORE_ACT_S = 25.0  # after the outage has begun: the witness has met it
WITNESS_LEAD_S = 15.0
WATCH_S = 125.0  # after the outage: longer than a command lives, so that a late one is seen


@dataclass(frozen=True)
class Timeline:
    """When things happen, in seconds of bench time.

    Attributes:
        outage_s: when the outage begins.
        acts_s: when the owner acts.
        controls_s: when the same is tried once more after the outage, as positive controls.
        end_s: when the recording ends.
        witness_s: how often the witness probes.
        witness_until_s: until when; it begins a little before the outage.
    """

    outage_s: float
    acts_s: tuple[float, ...]
    controls_s: tuple[float, ...]
    end_s: float
    witness_until_s: float
    witness_s: float = 15.0

    @property
    def witness_from_s(self) -> float:
        """When the witness begins: early enough to be seen working before the outage."""
        return self.outage_s - WITNESS_LEAD_S


def short_timeline(outage_s: float) -> Timeline:
    """Return the timeline of a campaign's scenario: one act in an outage of this length."""
    act_s = SETTLE_S + BEFORE_ACT_S
    control_s = SETTLE_S + outage_s + WATCH_S
    seen_s = SETTLE_S + outage_s + WITNESS_LEAD_S
    return Timeline(SETTLE_S, (act_s,), (control_s,), control_s + 60.0, seen_s)


def repeated_timeline(outage_s: float, every_s: float, most: int | None = None) -> Timeline:
    """Return the timeline of a replay: an act every so often, all through the outage.

    Args:
        outage_s: how long the outage is.
        every_s: how often an owner tries; the first time half a period after it has begun, the
            last time half a period after it has ended.
        most: how many tries there are at most (a car allows two remote starts in a row); the
            last of them is then the one after the end.
    """
    count = max(1, int(outage_s // every_s))
    half_s = every_s / 2
    if most is not None and count >= most:
        count, every_s = most - 1, outage_s / (most - 1)
    acts = [SETTLE_S + half_s + every_s * n for n in range(count)]
    first_after_s = SETTLE_S + outage_s + half_s
    control_s = SETTLE_S + outage_s + WATCH_S
    seen_s = SETTLE_S + outage_s + WITNESS_LEAD_S
    controls = (first_after_s,) if most is not None else (first_after_s, control_s)
    end_s = control_s + 60.0
    return Timeline(SETTLE_S, tuple(acts), controls, end_s, seen_s, witness_s=30.0)


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

    @property
    def id(self) -> str:
        """Its name, also as a file: letters, digits and a few marks."""
        outage = self.outage.name if self.outage else "baseline"
        parts = (self.owner, self.path, self.intent, outage)
        return ".".join(re.sub(r"[^A-Za-z0-9=_,-]+", "_", part) for part in parts)

    def baseline(self) -> "Scenario":
        """Return the same scenario without the outage."""
        return replace(self, outage=None)
