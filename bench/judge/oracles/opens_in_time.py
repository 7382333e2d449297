"""Opens in time."""

from bench.events import CommandState, IntentBegan, RoleChanged
from bench.judge.absent_unit import never_back
from bench.judge.attempts import Attempt
from bench.judge.can_faults import only_car_faults, taken_away
from bench.judge.ledger import VOICE, function_of
from bench.judge.left_dead import left_dead
from bench.judge.lulls import failed_in_lull
from bench.judge.oracle import Oracle
from bench.judge.uncertainty import doubt, uncertainty_s
from bench.judge.verdict import Case, Judgement
from bench.judge.wire_faults import lost_wire
from bench.recording import READY
from bench.units import duration

NAME = "opens_in_time"


class OpensInTime(Oracle):
    """A path opens (or starts) within its limit, from the sensed act to the sensed actuation.

    A path that needs the cloud is not asked while its cloud is down (only in a lull, long after a
    fault and while others get through), and no path is asked to do
    without what a fault of a bus or a wire takes away by its nature, so long as it is away. What
    has opened opens again, after an outage and without one (on a bench without anything of copper,
    a local path also where it has not), and a real telematics unit is back within ten minutes.
    Within the measurement's own uncertainty of the limit it is inconclusive.
    """

    def judge(self, case: Case) -> Judgement:
        """Judge every act against the limit."""
        if case.scenario.get("timeline", {}).get("acts_s") == []:
            return Judgement(NAME, "not_asked", "nobody is to act in this scenario")
        if not case.ledger.acts:
            return Judgement(NAME, "inconclusive", "nobody did anything")
        if gone := _never_again(case) or never_back(case):
            return Judgement(NAME, "fail", gone)
        if case.needs_cloud and case.in_outage and not only_car_faults(case):
            if in_vain := failed_in_lull(case):
                return Judgement(NAME, "fail", in_vain)
            return Judgement(NAME, "not_asked", "a cloud path is not asked to work in an outage")
        taken = [taken_away(case, act) or lost_wire(case, act) for act in case.ledger.acts]
        if all(taken):
            return Judgement(NAME, "not_asked", str(taken[0]))
        doubt_s = uncertainty_s(case.recording)
        asked = [act for act, lost in zip(case.ledger.acts, taken, strict=True) if not lost]
        judgements = [self._act(case, act, doubt_s) for act in asked]
        failed = [j for j in judgements if j.verdict == "fail"]
        if failed and len(judgements) > 1:
            reason = f"{len(failed)} of {len(judgements)} tries: {failed[0].reason}"
            return Judgement(NAME, "fail", reason)
        doubtful = [j for j in judgements if j.verdict == "inconclusive"]
        return (failed or doubtful or judgements)[0]

    def _act(self, case: Case, act: Attempt, doubt_s: float) -> Judgement:
        path, limit_s, took_s = act.path, case.limit_s, act.latency_s
        if took_s is None and not act.sensed_ns:
            return Judgement(NAME, "inconclusive", f"nothing was seen to be done by {path}")
        end = case.recording.header.start_ends
        where = f"to {end}, " if act.intent == "start" and end != READY else ""
        if took_s is None:
            short = f" ({where.removesuffix(', ')})" if where else ""
            short += _command_of(case, act)
            return Judgement(NAME, "fail", f"{path} did not {act.intent} the car{short}")
        if took_s < -doubt_s:
            before = f"the car moved {duration(-took_s)} before the act of {path} was sensed"
            return Judgement(NAME, "inconclusive", f"{before}: that was not its work")
        if limit_s is None:
            return Judgement(NAME, "pass", f"{path} took {duration(took_s)}; no limit is set")
        if abs(took_s - limit_s) < doubt_s:
            near = f"too near the limit of {duration(limit_s)} to tell{doubt(case.recording)}"
            return Judgement(NAME, "inconclusive", f"{duration(took_s)} is {near}")
        if took_s > limit_s:
            reason = f"{path} took {duration(took_s)}, over the limit of {duration(limit_s)}"
            return Judgement(NAME, "fail", reason)
        reason = f"{path} took {duration(took_s)} ({where}limit {duration(limit_s)})"
        return Judgement(NAME, "pass", reason)


def _command_of(case: Case, act: Attempt) -> str:
    """Return what became of the command that an attempt has sent ("": it has sent none)."""
    state = ""
    for entry, command in case.recording.of(CommandState):
        causes = (cause.event for cause in case.recording.causes(entry.seq))
        if any(isinstance(event, IntentBegan) and event.attempt == act.name for event in causes):
            state = command.state
    return f": its command is {state.replace('_', ' ')}" if state else ""


def _still_listens(case: Case, attempt: Attempt) -> bool:
    """Whether the car already listened as it was to be woken, so that nothing could move."""
    told = [
        function_of(event, case.recording.header)
        for entry, event in case.recording.of(RoleChanged)
        if event.role == VOICE and entry.t_ns <= attempt.began_ns
    ]
    return attempt.intent == "wake" and told[-1:] == ["wake"]


def _never_again(case: Case) -> str | None:
    """Return that a path which had moved the car did not do so once more, or None.

    Where it never moved it, a dead line may be the reason: that is the evidence's to say, but for
    benches that have no line that could die.
    """
    acts, controls = case.ledger.acts, case.ledger.controls
    controls = [each for each in controls if not _still_listens(case, each)]
    if left_dead(case):
        what = f"{acts[0].path} did not {acts[0].intent} the car"
        return f"{what}, neither in the outage nor after it, as it did without one"
    moved = any(act.acted for act in acts)
    if not moved or not controls or any(each.acted for each in controls):
        return None
    when = "after the outage" if case.in_outage else "later, and there was no outage"
    return f"{acts[0].path} did not {acts[0].intent} the car again {when}"
