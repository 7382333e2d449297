"""An outage to be measured: what happened in it, the same time without it, the battery."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from bench.events import BrokerConnect, ToldToWait
from bench.events.telematics import TCU
from bench.judge.discipline.back_off import BackOff, fit
from bench.judge.discipline.tries import Wait
from bench.judge.discipline.window import HOUR_NS, Window, outage_window
from bench.judge.verdict import Case

LIMIT = "telematics_discipline."
TOLD_NS = 100_000_000  # an answer and what it said are that near


@dataclass(frozen=True)
class Told:
    """A Retry-After, and how long the unit then waited (None: to the end of the outage).

    Attributes:
        left_s: how long the outage went on after it.
    """

    asked_s: float
    waited_s: float | None
    left_s: float


@dataclass(frozen=True)
class Sent:
    """A CONNACK that sent the unit to another server, and when that let it in (None: never).

    Attributes:
        server: as the broker named it.
        after_s: until the unit was let in there.
        unnamed: whether it was let in meanwhile somewhere, and does not say whom it has called.
        left_s: how long the outage went on after it.
    """

    server: str
    after_s: float | None
    unnamed: bool
    left_s: float


@dataclass(frozen=True)
class Outage:
    """An outage.

    Attributes:
        window: from its beginning to its end.
        calm: the same stretch without it; None where there is no baseline.
        absurd_s: a Retry-After beyond that is not to be obeyed.
        usable_ah, quiescent_ma: of the battery.
    """

    window: Window
    calm: Window | None
    absurd_s: float
    usable_ah: float
    quiescent_ma: float

    @cached_property
    def told(self) -> list[Told]:
        """Every Retry-After that the unit was sent, as seconds or as a date."""
        window = self.window
        found = []
        began = [each.began_ns for each in window.tries]
        for entry, event in window.recording.of(ToldToWait):
            mine = event.party == TCU and event.path.startswith("/push/")
            asked_s = _asked_s(event)
            if not mine or not window.holds(entry.t_ns) or asked_s is None:
                continue
            after = next((t for t in began if t > entry.t_ns), None)
            waited_s = None if after is None else (after - entry.t_ns) / 1e9
            left_s = (window.until_ns - entry.t_ns) / 1e9
            found.append(Told(asked_s, waited_s, left_s))
        return found

    @cached_property
    def sent(self) -> list[Sent]:
        """The first time that the unit was sent to another server, after each time it obeyed."""
        window = self.window
        asked = [
            (entry.t_ns, event)
            for entry, event in window.recording.of(BrokerConnect)
            if event.party == TCU and window.holds(entry.t_ns)
        ]
        found, free_ns = [], window.from_ns
        for t_ns, event in asked:
            if not event.sent_to or t_ns < free_ns:
                continue
            later = [(u, e) for u, e in asked if u > t_ns and e.code == 0]
            there = next((u for u, e in later if _names(event.sent_to, e.host)), None)
            free_ns = window.until_ns if there is None else there
            found.append(Sent(
                event.sent_to, None if there is None else (there - t_ns) / 1e9,
                any(not e.host for _, e in later), (window.until_ns - t_ns) / 1e9,
            ))  # fmt: skip
        return found

    @cached_property
    def own_waits(self) -> list[Wait]:
        """The waits that no Retry-After asked for."""
        asked = [e.t_ns for e, v in self.window.recording.of(ToldToWait) if v.party == TCU]
        return [w for w in self.window.waits if not any(_near(w.from_ns, t) for t in asked)]

    @cached_property
    def law(self) -> BackOff | None:
        """The law of these waits; None: too few."""
        return fit(self.own_waits)

    @cached_property
    def busiest_hour(self) -> int:
        """How many tries there were in the busiest hour."""
        began = [each.began_ns for each in self.window.tries]
        most, first = 0, 0
        for last, t_ns in enumerate(began):
            while t_ns - began[first] >= HOUR_NS:
                first += 1
            most = max(most, last - first + 1)
        return most

    def added_load(self) -> dict[str, float]:
        """Return per bus the load of the busiest minute, beyond the same minute without it."""
        calm = self.calm.minutes() if self.calm is not None else {}
        added = {}
        for bus, shares in self.window.minutes().items():
            usual = calm.get(bus, [])
            pairs = zip(shares, usual + [0.0] * len(shares), strict=False)
            added[bus] = max((0.0, *(share - before for share, before in pairs)))
        return added


def outage_of(case: Case) -> Outage | None:
    """Return the outage of a case; None where there was none."""
    window = outage_window(case.recording)
    if window is None:
        return None
    calm = None
    if case.baseline is not None:
        calm = Window(case.baseline, window.from_ns, window.until_ns)
    limits = case.recording.header.limits
    absurd_s = limits[f"{LIMIT}absurd_retry_after"]["value"]
    absurd_s /= limits[f"{LIMIT}retry_after_most"]["value"]
    battery = limits["battery"]
    return Outage(window, calm, absurd_s, battery["value"], battery["quiescent_ma"])


def _asked_s(told: ToldToWait) -> float | None:
    """Return for how long a Retry-After asked; recordings from before dates hold its text only."""
    if told.asked_s is None and told.retry_after.isdecimal():
        return float(told.retry_after)
    return told.asked_s


def _names(reference: str, host: str) -> bool:
    """Whether a server reference names a host: it is a list, each with a port or without."""
    named = [part.partition(":")[0].lower() for part in reference.split()]
    return bool(host) and host.lower() in named


def _near(from_ns: int, told_ns: int) -> bool:
    return abs(from_ns - told_ns) <= TOLD_NS


def falls_below(values: list[float], threshold: float) -> int:
    """Return how often a row of values goes below a threshold.

    >>> falls_below([9.0, 5.0, 5.0, 9.0, 4.0], 8.0)
    2
    """
    return sum(before >= threshold > after for before, after in pairwise(values))
