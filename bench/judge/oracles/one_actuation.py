"""One actuation per intent."""

from typing import ClassVar

from bench.judge.oracle import Oracle
from bench.judge.verdict import Case, Judgement

NAME = "one_actuation"


class OneActuation(Oracle):
    """What an owner asked for once happens at most once.

    Lines that move together are one actuation (the doors of a car); the same line again, or
    anything more than a second later, is another, unless the car file says that this car drives
    its locks so (`[movements]`: a double lock, doors that follow one another).
    """

    sighting: ClassVar[bool] = True

    def judge(self, case: Case) -> Judgement:
        """Count what each attempt has moved."""
        for attempt in case.ledger.attempts:
            times = [actuation.t_ns / 1e9 for actuation in attempt.actuations]
            if len(times) > 1:
                at = " and ".join(f"{t:.2f} s" for t in times)
                reason = f"one {attempt.intent} by {attempt.path} moved the car {len(times)} times"
                return Judgement(NAME, "fail", f"{reason}, at {at}")
        return Judgement(NAME, "pass", "nothing moved twice")
