"""Evidence."""

from collections import Counter
from collections.abc import Iterator

from bench.events import (
    BenchFault,
    BusStateChanged,
    DiagnosisFailed,
    FramesDropped,
    InstrumentSlow,
    JitterMeasured,
    ReceiverLost,
    StateChecked,
    SupplyLimited,
    TelematicsState,
)
from bench.events.telematics import TCU
from bench.judge.absent_unit import last_seen, never_back
from bench.judge.attempts import Actuation
from bench.judge.can_faults import is_explained, is_injected
from bench.judge.fault_met import unmet
from bench.judge.interfaces import interface_problem
from bench.judge.kept_awake import kept_awake
from bench.judge.left_dead import left_dead
from bench.judge.oracle import Oracle
from bench.judge.phase_proof import unproven
from bench.judge.shorted_bus import goes_on
from bench.judge.verdict import Case, Judgement
from bench.judge.wire_faults import is_disturbed
from bench.units import NS_PER_S, duration

NAME = "evidence"
MOST_TOLD = 5  # of what is wrong with one recording
MOST_JITTER_S = 0.25  # assumed: no more than a person would notice


class Evidence(Oracle):
    """The recording can carry a verdict.

    It is complete, its receivers lived, no frame was lost, the bench's own timers were punctual,
    the starting state was what it should be, the fault was really met while the owner acted, and
    where nothing moved, the same path in the same set-up moved without the outage.
    """

    def judge(self, case: Case) -> Judgement:
        """Look for whatever would make a verdict worthless; say all of it."""
        if not case.recording.complete:  # whatever else is missing may be missing for that
            return Judgement(NAME, "inconclusive", "the recording has no end: the run was cut off")
        if problems := list(dict.fromkeys(self._problems(case))):
            return Judgement(NAME, "inconclusive", _told(problems))
        late_s = _lateness_s(case)
        late = f"; the bench's own timers were up to {duration(late_s)} late" if late_s else ""
        said = "complete, met and controlled" if case.in_outage else "complete"
        return Judgement(NAME, "pass", f"{said}{late}")

    def _problems(self, case: Case) -> Iterator[str]:
        """Yield what is wrong: what says most of where to look comes first."""
        yield from self._damages(case)
        wrong = self._wrong_start(case)
        if wrong:
            yield wrong
        if late := self._unpunctual(case):
            yield late
        if not wrong:  # nobody acts on a car that is not as declared: what follows says nothing
            yield from filter(
                None, (self._unmet(case), self._no_control(case), self._nobody_there(case))
            )

    def _damages(self, case: Case) -> Iterator[str]:
        for entry, lost in case.recording.of(ReceiverLost):
            if not is_injected(case.recording, entry):
                yield f"receiver {lost.receiver} died: {lost.reason}"
        for entry, changed in case.recording.of(BusStateChanged):
            if changed.state == "bus_off" and not is_explained(case.recording, entry):
                yield f"{changed.node} went off {changed.bus}, and nobody had injected that"
        dropped: Counter[str] = Counter()
        for _, event in case.recording.of(FramesDropped):
            dropped[event.bus] += event.count
        for bus, count in dropped.items():
            yield f"{count} frames were lost on {bus}"
        on_buses = interface_problem(case.recording), goes_on(case.recording)
        yield from filter(None, (*on_buses, self._underfed(case)))
        yield from map(_backwards, case.ledger.backwards[:1])
        for _, fault in case.recording.of(BenchFault):
            yield f"the bench failed: {fault.what}: {fault.reason}"

    def _underfed(self, case: Case) -> str | None:
        """Whether a supply gave out, and no fault of a wire was the reason."""
        for entry, limited in case.recording.of(SupplyLimited):
            if not is_disturbed(case.recording, entry.t_ns):
                return (
                    f"supply {limited.supply} was in current limit: {limited.amperes:.3g} A of "
                    f"{limited.limit_a:.3g} A, {limited.volts:.1f} V"
                )
        return None

    def _unpunctual(self, case: Case) -> str | None:
        worst_s = _lateness_s(case)
        if worst_s > MOST_JITTER_S:
            late = f"the bench's own timers were up to {duration(worst_s)} late"
            return late + self._held_up_by(case, worst_s)
        return None

    def _held_up_by(self, case: Case, late_s: float) -> str:
        """Name the instrument that the bench waited for meanwhile, where there was one."""
        begun = max((entry.seq for entry, _ in case.recording.of(StateChecked)), default=0)
        slow = [e for entry, e in case.recording.of(InstrumentSlow) if entry.seq > begun]
        worst = max(slow, key=lambda event: event.took_ns, default=None)
        if worst is None or worst.took_ns / 1e9 < late_s / 2:
            return ""
        answer, pause = (duration(ns / 1e9) for ns in (worst.answer_ns, worst.pause_ns))
        answered = f"its slowest answer came after {answer}, " if worst.answer_ns else ""
        return (
            f": {worst.instrument} took {duration(worst.took_ns / 1e9)} to {worst.doing} "
            f"({answered}its model states a pause of {pause} between commands)"
        )

    def _wrong_start(self, case: Case) -> str | None:
        checked = [event for _, event in case.recording.of(StateChecked)]
        if not checked:
            return "the starting state was never checked"
        wrong: dict[str, StateChecked] = {}
        for event in checked:
            if not event.verified:
                wrong.setdefault(event.item, event)  # the first says what was tried
        if not wrong:
            return None
        silent = next((f.reason for _, f in case.recording.of(DiagnosisFailed)), "")
        why = f"; {silent}" if silent and any(e.seen is None for e in wrong.values()) else ""
        if "telematics_unit" in wrong:
            why += f"; of the unit: {last_seen(case.recording.entries)}"
        items = (_wrong_item(e, kept_awake(case.recording, e.item)) for e in wrong.values())
        return f"starting state: {', '.join(items)}{why}"

    def _unmet(self, case: Case) -> str | None:
        """Whether the outage was real at the moment of every act in one of its faults."""
        if not case.in_outage:
            return None
        if case.asked is not None:
            return unproven(case)
        return unmet(case.recording, case.ledger.acts)

    def _no_control(self, case: Case) -> str | None:
        """Whether "it did not move" could be a dead line: did it ever move, in this set-up?"""
        if not case.in_outage or any(act.acted for act in case.ledger.acts):
            return None
        baseline = case.baseline_ledger
        in_baseline = baseline is not None and any(act.acted for act in baseline.acts)
        controls = case.ledger.controls
        if not controls and not case.ledger.acts:
            return None  # nobody tried anything
        if any(control.acted for control in controls):
            return None
        if in_baseline and (not controls or never_back(case) is not None or left_dead(case)):
            return None
        if in_baseline:
            return (
                "no positive control: the path moved the car without the outage, and neither in it "
                "nor after it: the outage has left it so, or the bench has lost it meanwhile"
            )
        return "no positive control: the same path never moved the car in this set-up"

    def _nobody_there(self, case: Case) -> str | None:
        """Whether a real telematics unit was never there, though nothing had failed.

        A car whose unit does not come and a bench that it does not find look alike from here.
        """
        states = {e.state for _, e in case.recording.of(TelematicsState) if e.unit == TCU}
        if "not_connected" not in states or "connected" in states:
            return None
        if case.in_outage or not case.needs_cloud:
            return None
        return (
            "the real telematics unit was never connected to the mock cloud, and nothing had "
            "failed: is it fed, provisioned and on the bench's network? "
            f"({last_seen(case.recording.entries)})"
        )


def _backwards(movement: Actuation) -> str:
    lines, at_s = " and ".join(movement.lines), movement.t_ns / 1e9
    return (
        f"{lines} showed it {movement.function} at {at_s:.2f} s, and the car reported the opposite "
        "on CAN: are two wires exchanged, or is `inverted` in [meters.*] wrong?"
    )


def _wrong_item(event: StateChecked, kept: str) -> str:
    seen = "nobody reports it" if event.seen is None else event.seen
    meant = ""
    if event.item.startswith("bus_") and seen.startswith("awake"):
        seen = seen.replace("awake", f"awake {kept}".rstrip(), 1)
        meant = (
            f'; if it never sleeps, the car file says {event.item} = "awake" in [starting_state]'
        )
    return f"{event.item} should be {event.declared} ({seen}{meant})"


def _told(problems: list[str]) -> str:
    more = len(problems) - MOST_TOLD
    return "; ".join([*problems[:MOST_TOLD], *([f"and {more} more"] if more > 0 else [])])


def _lateness_s(case: Case) -> float:
    """Return how late the bench's own timers were at worst."""
    return max((e.worst_ns for _, e in case.recording.of(JitterMeasured)), default=0) / NS_PER_S
