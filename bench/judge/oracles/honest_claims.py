"""Honest claims."""

from bench.judge.already_so import already_so
from bench.judge.attempts import Attempt
from bench.judge.notices import untold
from bench.judge.oracle import Oracle
from bench.judge.shown_state import stale
from bench.judge.verdict import Case, Judgement
from bench.recording import READY
from bench.units import duration, to_ns

NAME = "honest_claims"
AHEAD_NS = to_ns(2.0)  # a success may be announced as it happens
PATIENCE_NS = to_ns(10.0)  # after the give-up time an owner has been left without a word


class HonestClaims(Oracle):
    """What the owner is told agrees with what the car did.

    Success that did not happen, failure that did, and silence are lies; "we do not know" is not
    while something has failed, nor is the success of a car that stood as it was asked to, and has
    said so itself.
    Of a planned maintenance the owner is told before and while it lasts, and no longer, and never
    something else instead. A state of the car that is shown as current is the one that it is in.
    Where a start ends before the car is ready to drive (a bench without an engine), nobody knows
    whether "failed" is a lie about it.
    """

    def judge(self, case: Case) -> Judgement:
        """Compare what was said with what moved."""
        tries = case.ledger.flights_and_acts
        told = [a for a in tries if a.claims]
        if shown := stale(case):
            return Judgement(NAME, "fail", shown)
        if not tries:
            return Judgement(NAME, "not_asked", "nobody acts in this scenario")
        if not told and not case.needs_cloud:
            return Judgement(NAME, "not_asked", "nobody is told anything on this path")
        for attempt in tries:
            problem = self._problem(case, attempt) or untold(case, attempt)
            if problem:
                return Judgement(NAME, "fail", problem)
        if unknown := next(filter(None, (self._unknown(case, a) for a in told)), None):
            return Judgement(NAME, "inconclusive", unknown)
        last = told[-1].last_claim if told else None
        return Judgement(NAME, "pass", f'the owner was told the truth (last: "{last}")')

    def _problem(self, case: Case, attempt: Attempt) -> str | None:
        moved = [actuation.t_ns for actuation in attempt.actuations]
        for t_ns, claim in attempt.claims:
            until_ns = t_ns + AHEAD_NS
            true = any(at_ns <= until_ns for at_ns in moved)
            if claim.state == "succeeded" and not (
                true or already_so(case.recording, attempt, until_ns)
            ):
                return f'false success: told "{claim.text}" and the car had not moved'
            if claim.state == "failed" and moved and not self._ends_early(case, attempt, t_ns):
                gap_s = (moved[0] - t_ns) / 1e9
                when = f"{duration(gap_s)} later" if gap_s > 0 else "before that"
                return f'false failure: told "{claim.text}", but the car moved {when}'
        # what a real phone shows beside the try that is judged nobody sees
        due = attempt.claims or (case.needs_cloud and not attempt.is_flight)
        if not due or not self._was_patient(case, attempt):
            return None
        if attempt.last_claim is None:
            return "silence: the owner was never told how it ended"
        return None if case.in_outage else self._left_in_doubt(case, attempt)

    def _left_in_doubt(self, case: Case, attempt: Attempt) -> str | None:
        """Return that nobody ever said what had become of a command, though nothing had failed."""
        if attempt.last_claim != "unknown" or not attempt.acted:
            return None
        t_ns, last = attempt.claims[-1]
        if self._ends_early(case, attempt, t_ns):
            return None  # the car waits for what this bench does not have
        return f'left in doubt: told "{last.text}", though the car had moved and nothing had failed'

    def _unknown(self, case: Case, attempt: Attempt) -> str | None:
        """Return why nobody can tell whether a start failed, as the owner was told."""
        for t_ns, claim in attempt.claims:
            if claim.state == "failed" and self._ends_early(case, attempt, t_ns):
                end = case.recording.header.start_ends
                return (
                    f'told "{claim.text}": on this bench a start ends at {end}, before that shows'
                )
        return None

    def _ends_early(self, case: Case, attempt: Attempt, t_ns: int) -> bool:
        """Whether a start had come as far as it does on this bench, which is not a running car."""
        short = attempt.intent == "start" and case.recording.header.start_ends != READY
        return short and any(actuation.t_ns <= t_ns for actuation in attempt.actuations)

    def _was_patient(self, case: Case, attempt: Attempt) -> bool:
        """Whether the recording goes on long enough for a word to have been due."""
        give_up_ns = to_ns(float(case.scenario["give_up_s"]))
        end_ns = case.recording.entries[-1].t_ns
        return end_ns > attempt.began_ns + give_up_ns + PATIENCE_NS
