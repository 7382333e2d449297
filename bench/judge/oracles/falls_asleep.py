"""Falling asleep."""

from bench.events import BusSlept, BusWoke, IntentBegan
from bench.judge.can_faults import cleared_ns
from bench.judge.oracle import Oracle
from bench.judge.sound_baseline import unsound
from bench.judge.verdict import Case, Judgement
from bench.recording import Recording
from bench.units import duration, to_ns

NAME = "falls_asleep"
LIMIT_S = 60.0  # assumed: a parked car's buses sleep within a minute
BEFORE_NS = to_ns(0.001)


class FallsAsleep(Oracle):
    """Whatever bus sleeps in the baseline also sleeps after a fault of a bus: batteries run out."""

    def judge(self, case: Case) -> Judgement:
        """Compare which buses are awake before the first act after the fault, or at the end."""
        cleared = cleared_ns(case.recording)
        if cleared is None or case.baseline is None:
            return Judgement(NAME, "not_asked", "no fault of a bus was cleared")
        at_ns = self._looked_at_ns(case.recording, cleared)
        if at_ns - cleared < to_ns(LIMIT_S):
            return Judgement(NAME, "not_asked", "somebody acts too soon after the fault")
        if problem := unsound(case.baseline):
            return Judgement(NAME, "inconclusive", problem)
        awake = self._awake(case.recording, at_ns) - self._awake(case.baseline, at_ns)
        if awake:
            late = duration((at_ns - cleared) / 1e9)
            reason = f"{', '.join(sorted(awake))} still awake {late} after the fault was gone"
            return Judgement(NAME, "fail", reason)
        return Judgement(NAME, "pass", "whatever sleeps without the fault sleeps after it")

    def _looked_at_ns(self, recording: Recording, cleared: int) -> int:
        later = (e.t_ns for e, _ in recording.of(IntentBegan) if e.t_ns > cleared)
        return next(later, recording.entries[-1].t_ns) - BEFORE_NS

    def _awake(self, recording: Recording, at_ns: int) -> set[str]:
        awake: set[str] = set()
        for entry in recording.entries:
            if entry.t_ns > at_ns:
                continue
            if isinstance(entry.event, BusWoke):
                awake.add(entry.event.bus)
            elif isinstance(entry.event, BusSlept):
                awake.discard(entry.event.bus)
        return awake
