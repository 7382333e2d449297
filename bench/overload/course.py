"""What became of a situation over time, and what that is called."""

from dataclasses import dataclass

from bench.capacity.tally import Interval
from bench.overload.situation import Situation

STUCK, HEALED = 0.5, 0.85  # of the goodput before the trigger
WINDOW_S = 20.0  # chance alone moves the mean of 100 requests a second over this by 2 %


@dataclass(frozen=True)
class Stretch:
    """Means over a part of a course; rates per second.

    Attributes:
        wanted_per_s, offered_per_s, good_per_s: things that clients want, tries, and answers in
            time.
        wasted_per_s: work that nobody waited for.
        latency_s: the median, over intervals, of the median latency (None: no good answer).
    """

    wanted_per_s: float
    offered_per_s: float
    good_per_s: float
    wasted_per_s: float
    latency_s: float | None

    @property
    def amplification(self) -> float:
        """Tries for each thing that is wanted."""
        return self.offered_per_s / self.wanted_per_s if self.wanted_per_s else 0.0


@dataclass(frozen=True)
class Course:
    """A simulated situation.

    Attributes:
        name: of the situation.
        intervals: one after another, from the beginning.
    """

    name: str
    situation: Situation
    intervals: tuple[Interval, ...]

    def between(self, from_s: float, to_s: float) -> Stretch:
        """Return the means of the intervals that lie between two times (zeros: there is none)."""
        inside = [i for i in self.intervals if from_s < i.until_s <= to_s]
        lasted_s = sum(i.lasted_s for i in inside) or 1.0
        latencies_s = sorted(i.latency_s for i in inside if i.latency_s is not None)
        return Stretch(
            sum(i.first for i in inside) / lasted_s,
            sum(i.offered for i in inside) / lasted_s,
            sum(i.good for i in inside) / lasted_s,
            sum(i.wasted for i in inside) / lasted_s,
            latencies_s[len(latencies_s) // 2] if latencies_s else None,
        )

    @property
    def before(self) -> Stretch:
        """The second half of what was before the trigger, or all of it where there was none."""
        calm_s = self.situation.calm_until_s or self.situation.duration_s
        return self.between(calm_s / 2, calm_s)

    @property
    def after(self) -> Stretch:
        """The last third of the time after the trigger."""
        end_s, quiet_s = self.situation.duration_s, self.situation.quiet_from_s
        return self.between(end_s - (end_s - quiet_s) / 3, end_s)

    @property
    def metastable(self) -> bool:
        """Whether the trigger has gone and its effect has not.

        The clients want no more than before, and get less than half of what they got before.
        """
        if not self.situation.triggers:
            return False
        before, after = self.before, self.after
        return (
            after.good_per_s < STUCK * before.good_per_s
            and after.wanted_per_s < 1.2 * before.wanted_per_s
        )

    @property
    def healed_s(self) -> float | None:
        """From the end of the trigger until goodput is and stays as before (None: never)."""
        if not self.situation.triggers:
            return None
        end_s, quiet_s = self.situation.duration_s, self.situation.quiet_from_s
        healed, from_s = None, quiet_s
        while from_s + WINDOW_S <= end_s:
            good_per_s = self.between(from_s, from_s + WINDOW_S).good_per_s
            if good_per_s < HEALED * self.before.good_per_s:
                healed = None
            elif healed is None:
                healed = from_s - quiet_s
            from_s += WINDOW_S
        return healed
