"""How a fleet recovered: what is read off the curves."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bench.fleet.situation import Situation
from bench.fleet.waits import Floats

HARDLY_ANY = 0.05  # assumed: as a share of the fleet, in half of the time that is followed
BUSY = 0.5  # assumed: as a share of the capacity; less demand means that the cars hold back


@dataclass(frozen=True, eq=False)
class Recovery:
    """Curves over steps of time, from the first loss on.

    Attributes:
        situation: what was projected, or simulated.
        step_s: how long a step is.
        restored: the step at which the server came back.
        demand_per_s: tries a second.
        connected_per_s: cars a second that connected.
        lost: cars that lost their connection, by step.
    """

    situation: Situation
    step_s: float
    restored: int
    demand_per_s: Floats
    connected_per_s: Floats
    lost: Floats

    @cached_property
    def stranded(self) -> Floats:
        """The share of the fleet that is not connected at the end of each step."""
        missing = np.cumsum(self.lost) - np.cumsum(self.connected_per_s) * self.step_s
        return np.clip(missing / self.situation.cars, 0.0, 1.0)

    @cached_property
    def time_s(self) -> Floats:
        """Seconds since the server came back, at the end of each step."""
        return (np.arange(len(self.lost)) + 1 - self.restored) * self.step_s

    def recovered_s(self, share: float) -> float | None:
        """Return how long after the outage so much of the fleet was back; None: not in sight."""
        after = self.stranded[self.restored :]
        there = np.flatnonzero(after <= 1 - share + 1e-9)
        return float((there[0] + 1) * self.step_s) if len(there) else None

    def stranded_at(self, after_s: float) -> float:
        """Return the share that is still stranded so long after the outage."""
        step = self.restored + round(after_s / self.step_s) - 1
        return float(self.stranded[min(max(step, 0), len(self.stranded) - 1)])

    @cached_property
    def peak_down(self) -> float:
        """The highest demand during the outage (mean of a second), by capacity."""
        return self._peak(slice(0, self.restored))

    @cached_property
    def peak_after(self) -> float:
        """The highest demand after the outage (mean of a second), by capacity."""
        return self._peak(slice(self.restored, None))

    @cached_property
    def settled_down(self) -> float:
        """Demand while the server is down, by capacity, once the waits have grown.

        The mean of the last quarter of the outage: whole periods of most laws.
        """
        last = self.demand_per_s[self.restored * 3 // 4 : self.restored]
        return float(last.mean() / self.situation.server.capacity_per_s)

    @cached_property
    def tries_per_car(self) -> float:
        """How often a car tried, on the mean, until the horizon."""
        return float(self.demand_per_s.sum() * self.step_s / self.situation.cars)

    @cached_property
    def metastable(self) -> bool:
        """Whether the overload outlives its cause: a busy server, and hardly any car comes back.

        Judged by the second half of the time that was followed, of a fleet that is overdue twice.
        """
        middle = (self.restored + len(self.stranded)) // 2
        overdue = self.situation.ideal_s < 0.5 * self.situation.horizon_s
        stuck = float(self.stranded[middle] - self.stranded[-1]) < HARDLY_ANY
        busy = self.demand_per_s[middle:].mean() > BUSY * self.situation.server.capacity_per_s
        return bool(self.recovered_s(0.99) is None and overdue and stuck and busy)

    def _peak(self, part: slice) -> float:
        per_second = max(1, round(1 / self.step_s))
        window = np.ones(per_second) / per_second
        demand = self.demand_per_s[part]
        means = np.convolve(demand, window, "valid") if len(demand) >= per_second else demand
        return float(means.max() / self.situation.server.capacity_per_s)
