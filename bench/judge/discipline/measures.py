"""The measures: each a value, or why there is none; not asked where its question does not arise."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from bench.judge.discipline import back_off
from bench.judge.discipline.kolmogorov import probability
from bench.judge.discipline.outage import Outage, Told, falls_below
from bench.units import duration

LEAST_DRAWS = 30  # assumed: fewer cannot tell an uneven draw from chance
LEAST_JITTER = 0.1  # assumed: below that, draws show timers and the grid of the fit
LEAST_HOURS = 1 / 6  # assumed: the rate of a shorter outage is that of its beginning
BELOW_SLEEP = 0.85  # assumed: a car that draws less than so much of its sleep has a unit off


@dataclass(frozen=True)
class Found:
    """What a measure has found.

    Attributes:
        value: None: nothing that can be judged.
        note: from what, or why not.
        low, high: between which the true value lies (None: it is the value).
    """

    value: float | None
    note: str
    low: float | None = None
    high: float | None = None


Measure = Callable[[Outage], Found | None]

# ── back-off ──────────────────────────────────────────────────────────────────────────────


def growth_ratio(outage: Outage) -> Found | None:
    """By what the longest wait grows, with its likelihood interval."""
    if not _shaped(outage):
        return None
    law = outage.law
    if law is None:
        return _too_few(outage, back_off.LEAST_WAITS)
    low, high = back_off.growth(outage.own_waits)
    note = f"{law.waits} waits; between {low:.1f} and {high:.1f}"
    return Found(min(law.factor, law.cap_s / law.base_s), note, low, high)


def longest_wait(outage: Outage) -> Found | None:
    """The longest wait that the unit chose itself."""
    if not _shaped(outage):
        return None
    waits = [each.wait_s for each in outage.own_waits]
    if len(waits) < back_off.LEAST_WAITS:
        return _too_few(outage, back_off.LEAST_WAITS)
    return Found(max(waits), f"{len(waits)} waits")


def jitter_share(outage: Outage) -> Found | None:
    """The share of a wait that is drawn."""
    if not _shaped(outage):
        return None
    law = outage.law
    if law is None or law.waits < LEAST_DRAWS:
        return _too_few(outage, LEAST_DRAWS)
    return Found(law.jitter, f"{law.waits} waits, cap {law.cap_s:.0f} s")


def jitter_evenness(outage: Outage) -> Found | None:
    """How likely draws are no more even than these, under full, equal or decorrelated jitter."""
    if not _shaped(outage):
        return None
    waits, law = outage.own_waits, outage.law
    if law is None or law.waits < LEAST_DRAWS:
        return _too_few(outage, LEAST_DRAWS)
    if law.jitter < LEAST_JITTER:
        return None  # next to nothing is drawn: that is jitter_share's to say
    even = probability(back_off.even_draws(waits, law))
    chained = back_off.decorrelated_draws(waits)
    decorrelated = probability(chained) if len(chained) >= LEAST_DRAWS else 0.0
    name = "uniform" if even >= decorrelated else "decorrelated"
    return Found(max(even, decorrelated), f"{law.waits} waits, {name}")


def _shaped(outage: Outage) -> bool:
    """Whether the unit's own back-off is to be seen: in use, not told to wait or go elsewhere."""
    return not outage.window.parked and not outage.told and not outage.sent


def _too_few(outage: Outage, least: int) -> Found:
    usable = len(back_off.known(outage.own_waits))
    return Found(None, f"{usable} usable waits, {least} are needed: a longer outage")


# ── Retry-After ───────────────────────────────────────────────────────────────────────────


def retry_after_least(outage: Outage) -> Found | None:
    """The shortest wait by what was asked for."""
    ratios = [t.waited_s / t.asked_s for t in _sensible(outage) if t.waited_s is not None]
    if not _sensible(outage):
        return None
    if not ratios:
        return Found(None, "no try after a Retry-After: a longer outage")
    return Found(min(ratios), f"{len(ratios)} waits")


def retry_after_most(outage: Outage) -> Found | None:
    """The longest wait by what was asked for; a wait that the outage cut off counts as it is."""
    told = _sensible(outage)
    if not told:
        return None
    ended = [t.waited_s / t.asked_s for t in told if t.waited_s is not None]
    cut_off = [t.left_s / t.asked_s for t in told if t.waited_s is None]
    if not ended and max(cut_off) <= 1:
        return Found(None, "the outage ended before any Retry-After was over")
    return _at_least(max(ended + cut_off), f"{len(ended)} waits", seen=bool(ended))


def absurd_retry_after(outage: Outage) -> Found | None:
    """The longest wait after a Retry-After that nobody should obey."""
    told = [each for each in outage.told if each.asked_s > outage.absurd_s]
    if not told:
        return None
    ended = [t.waited_s for t in told if t.waited_s is not None]
    longest_s = max([*ended, *(t.left_s for t in told if t.waited_s is None)])
    asked = duration(max(t.asked_s for t in told))
    if ended or longest_s > outage.absurd_s * 1.2:
        return Found(longest_s, f"asked for {asked}")
    return Found(None, f"asked for {asked}, and the outage was too short to see it ignored")


def _sensible(outage: Outage) -> list[Told]:
    return [each for each in outage.told if 0 < each.asked_s <= outage.absurd_s]


# ── another server ────────────────────────────────────────────────────────────────────────


def server_reference(outage: Outage) -> Found | None:
    """How long it took at most until the unit was where it had been sent."""
    sent = outage.sent
    if not sent:
        return None
    if any(each.after_s is None and each.unnamed for each in sent):
        return Found(None, "it was let in, and its TLS does not say whom it has called")
    longest_s = max(each.left_s if each.after_s is None else each.after_s for each in sent)
    obeyed = sum(each.after_s is not None for each in sent)
    note = f"sent to {sent[0].server}: {obeyed} of {len(sent)} times it went"
    return _at_least(longest_s, note, seen=obeyed > 0)


def _at_least(value: float, note: str, *, seen: bool) -> Found:
    """Return the longest wait; where none was seen to end, it may have gone on for ever."""
    return Found(value, note) if seen else Found(value, note, value, math.inf)


# ── what it costs ─────────────────────────────────────────────────────────────────────────


def attempts(outage: Outage) -> Found | None:
    """Tries in the busiest hour."""
    hours = min(1.0, outage.window.hours)
    if hours < LEAST_HOURS:
        return _too_short(outage)
    count = outage.busiest_hour
    return Found(count / hours, f"{len(outage.window.tries)} tries")


def data(outage: Outage) -> Found | None:
    """Kilobytes of an outage-hour, both ways."""
    if outage.window.hours < LEAST_HOURS:
        return _too_short(outage)
    carried = outage.window.bytes()
    if carried is None:
        return Found(None, "nobody counted bytes")
    return Found(carried / 1000 / outage.window.hours, f"{carried} bytes")


def wake_ups(outage: Outage) -> Found | None:
    """How often a bus of the parked car wakes, beyond the calm."""
    if not outage.window.parked:
        return None
    if outage.calm is None:
        return Found(None, "no baseline")
    woken, usual = outage.window.wakes(), outage.calm.wakes()
    note = f"{woken} times, {usual} without the outage"
    return Found(max(0, woken - usual) / outage.window.hours, note)


def charge(outage: Outage) -> Found | None:
    """Milliampere-hours of an outage-hour of the parked car, beyond the calm."""
    if not outage.window.parked:
        return None
    drawn_ma = outage.window.mean_ma()
    usual_ma = outage.calm.mean_ma() if outage.calm is not None else None
    if drawn_ma is None or usual_ma is None:
        return _no_meter(outage)
    more_ma, error_ma = drawn_ma - usual_ma, outage.window.error_ma()
    note = f"{drawn_ma:.1f} mA, {usual_ma:.1f} mA without the outage"
    return Found(more_ma, note, more_ma - error_ma, more_ma + error_ma)


def days_to_no_start(outage: Outage) -> Found | None:
    """Days until the parked car no longer starts, if the outage went on like this."""
    if not outage.window.parked:
        return None
    drawn_ma = outage.window.mean_ma()
    if drawn_ma is None:
        return _no_meter(outage)
    error_ma, elsewhere_ma = outage.window.error_ma(), outage.quiescent_ma

    def days(ma: float) -> float:
        return outage.usable_ah * 1000 / max(ma + elsewhere_ma, 0.001) / 24

    note = f"{outage.usable_ah:g} Ah at {drawn_ma:.1f} mA and {elsewhere_ma:g} mA elsewhere"
    return Found(days(drawn_ma), note, days(drawn_ma + error_ma), days(drawn_ma - error_ma))


def bus_load(outage: Outage) -> Found | None:
    """The load that the outage adds to the busiest minute of any bus."""
    added = outage.added_load()
    if outage.calm is None or not added:
        return Found(None, "no baseline" if added else "nobody counted frames")
    bus = max(added, key=lambda each: added[each])
    return Found(added[bus], f"on {bus}")


def resets(outage: Outage) -> Found | None:
    """How often a unit starts anew: by its counter on CAN, where that is known, and by current."""
    if not outage.window.parked:
        return None
    counted, off = outage.window.restarts(), _without_current(outage)
    if counted is None:
        return off
    rate, note = counted / outage.window.hours, f"{counted} times by the unit's counter on CAN"
    if off.value is None:  # a counter that was not heard for a while may have gone on
        return Found(rate, f"{note}; {off.note}", rate, math.inf)
    return Found(max(rate, off.value), f"{note}, {off.note}")


def _without_current(outage: Outage) -> Found:
    """How often the parked car draws less than asleep: a unit has no current, and starts anew."""
    drawn = [ma for _, ma in outage.window.currents()]
    asleep = [ma for _, ma in outage.calm.currents()] if outage.calm is not None else []
    if not drawn or not asleep:
        return _no_meter(outage)
    floor_ma, error_ma = min(asleep), outage.window.error_ma()
    if error_ma > floor_ma * (1 - BELOW_SLEEP):
        note = f"{error_ma:g} mA of error do not show a unit off in {floor_ma:.1f} mA of sleep"
        return Found(None, note)
    count = falls_below(drawn, floor_ma * BELOW_SLEEP)
    note = f"{count} times below the {floor_ma:.1f} mA of a car that sleeps"
    return Found(count / outage.window.hours, note)


def _no_meter(outage: Outage) -> Found:
    if untold := outage.window.untold():
        return Found(None, f"no current is read back of supplies.{', supplies.'.join(untold)}")
    return Found(None, "no supply of this bench was read back, or there is no baseline")


def _too_short(outage: Outage) -> Found:
    length = duration(outage.window.hours * 3600)
    return Found(None, f"an outage of {length}, {duration(LEAST_HOURS * 3600)} are needed")


MEASURES: dict[str, Measure] = {
    each.__name__: each
    for each in (
        growth_ratio, longest_wait, jitter_share, jitter_evenness, retry_after_least,
        retry_after_most, absurd_retry_after, server_reference, attempts, data, wake_ups, charge,
        days_to_no_start, bus_load, resets,
    )
}  # fmt: skip
