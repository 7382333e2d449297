"""A way in that an outage has left dead for good."""

from bench.judge.verdict import Case


def left_dead(case: Case) -> bool:
    """Whether a local path moved the car without the outage, and neither in it nor after it.

    Where something is of copper, a line that has died meanwhile looks the same: this says no then,
    and the missing control stays a doubt. A path that needs the cloud has its own time.
    """
    baseline, controls = case.baseline_ledger, case.ledger.controls
    if not case.in_outage or case.needs_cloud or not controls or baseline is None:
        return False
    if case.recording.header.stamp == "hardware" or not any(act.acted for act in baseline.acts):
        return False
    return not any(attempt.acted for attempt in (*case.ledger.acts, *controls))
