"""Colours of verdicts in a terminal."""

from collections.abc import Iterable

from bench.judge.verdict import Verdict
from bench.judge.worst import letter, worst

STYLES = {
    "fail": "bold white on red3",
    "inconclusive": "bold black on yellow3",
    "pass": "bold black on green3",
    "not_fitted": "dim",
}
HONEST = "bold white on dark_green"  # a pass, too: it did not act, and said so


def style_of(verdicts: Iterable[Verdict]) -> str:
    """Return the colour of several verdicts in one cell."""
    listed = list(verdicts)
    return HONEST if letter(listed) == "H" else STYLES[worst(listed)]
