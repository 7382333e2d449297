"""Whether a baseline's own recording is sound: else nothing can be compared with it."""

from bench.judge.asking import ask
from bench.judge.verdict import Case
from bench.recording import Recording


def unsound(baseline: Recording) -> str | None:
    """Return why a baseline cannot be compared with, or None."""
    evidence = ask("evidence", Case(baseline))
    if evidence.verdict == "pass":
        return None
    return f"the baseline cannot be compared with: {evidence.reason}"
