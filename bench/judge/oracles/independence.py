"""Independence."""

from itertools import zip_longest

from bench.events import (
    CommandState,
    Event,
    ExchangeFailed,
    NameFailed,
    PushReceived,
    PushSent,
    RequestSent,
    RequestServed,
    ResponseReceived,
    TelematicsCommand,
    TelematicsReport,
)
from bench.judge.attempts import Attempt
from bench.judge.can_faults import taken_away
from bench.judge.oracle import Oracle
from bench.judge.sound_baseline import unsound
from bench.judge.uncertainty import uncertainty_s
from bench.judge.verdict import Case, Judgement
from bench.judge.wire_faults import lost_wire
from bench.units import duration

NAME = "independence"
Pairs = list[tuple[Attempt | None, Attempt | None]]
MARGIN_S = 0.25  # assumed: less than a person notices
CLOUD: tuple[type[Event], ...] = (
    RequestSent, ResponseReceived, ExchangeFailed, RequestServed, NameFailed,
    CommandState, PushSent, PushReceived, TelematicsCommand, TelematicsReport,
)  # fmt: skip


class Independence(Oracle):
    """A local path does not notice that the cloud has failed.

    Its result is its baseline's, its latency not worse by more than a margin, and no request to
    the cloud and no word from it stands in the chain of causes of what moved. A latency that is
    worse by no more than the bench itself may be off is inconclusive. Cyclic telematics
    frames cause nothing and do not count. So it is with faults of the car's own buses, but for a
    path that goes over what such a fault takes away, so long as it is away.
    """

    def judge(self, case: Case) -> Judgement:
        """Compare with the baseline, then look into the causes."""
        if case.needs_cloud:
            return Judgement(NAME, "not_asked", "the path needs the cloud by its nature")
        leaned = self._leaned(case)
        if leaned:
            return Judgement(NAME, "fail", leaned)
        if not case.in_outage:
            return Judgement(NAME, "pass", "nothing in its chain of causes comes from the cloud")
        if case.baseline is None or case.baseline_ledger is None:
            return Judgement(NAME, "inconclusive", "there is no baseline to compare with")
        if problem := unsound(case.baseline):
            return Judgement(NAME, "inconclusive", problem)
        acts = case.ledger.acts
        taken = [taken_away(case, act) or lost_wire(case, act) for act in acts]
        if acts and all(taken):
            return Judgement(NAME, "not_asked", str(taken[0]))
        every = zip_longest(acts, case.baseline_ledger.acts, taken)
        pairs = [(act, base) for act, base, lost in every if not lost]
        doubt_s = uncertainty_s(case.recording) + uncertainty_s(case.baseline)
        differences = [d for pair in pairs if (d := self._difference(*pair, doubt_s)) is not None]
        if not differences:
            return self._doubt(pairs, doubt_s) or Judgement(NAME, "pass", "as without the outage")
        count = len(acts)
        prefix = f"{len(differences)} of {count} tries: " if count > 1 else ""
        return Judgement(NAME, "fail", prefix + differences[0])

    def _difference(self, act: Attempt | None, base: Attempt | None, doubt_s: float) -> str | None:
        """Return in what an act differs from its baseline for the worse, or None."""
        if act is None or base is None:
            return "another number of tries than in the baseline"
        if base.acted and not act.acted:
            took = duration(base.latency_s) if base.latency_s is not None else "well"
            return (
                f"{act.path} did not {act.intent} the car in the outage; "
                f"without it, it does in {took}"
            )
        slower = _slower(act, base, MARGIN_S + doubt_s)
        return f"{slower} than without the outage" if slower else None

    def _doubt(self, pairs: Pairs, doubt_s: float) -> Judgement | None:
        """Return that an act was slower by no more than the bench itself may have been late."""
        for act, base in pairs:
            if act and base and (slower := _slower(act, base, MARGIN_S)):
                doubt = f"the bench's own times may be off by {duration(doubt_s)}"
                reason = f"{slower} than without the outage, and {doubt}"
                return Judgement(NAME, "inconclusive", reason)
        return None

    def _leaned(self, case: Case) -> str | None:
        """Return which act leaned on the cloud, or None."""
        for act in case.ledger.acts:
            for actuation in act.actuations:
                for entry in case.recording.causes(actuation.seq):
                    if isinstance(entry.event, CLOUD):
                        return (
                            f"{act.path} asked the cloud before it could {act.intent} the car "
                            f"({entry.event.kind.replace('_', ' ')} at {entry.t_ns / 1e9:.2f} s)"
                        )
        return None


def _slower(act: Attempt, base: Attempt, by_s: float) -> str | None:
    """Return how much longer than its baseline an act took, if by more than that."""
    if act.latency_s is None or base.latency_s is None or act.latency_s - base.latency_s <= by_s:
        return None
    longer = duration(act.latency_s - base.latency_s)
    return f"{act.path} took {duration(act.latency_s)}, {longer} longer"
