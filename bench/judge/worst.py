"""Several verdicts in one place: the worst of them, and the letter that stands for them."""

from collections.abc import Iterable

from bench.judge.verdict import Verdict

BAD = ("fail", "inconclusive")  # what nobody wants, the worst first
ORDER = (*BAD, "pass", "not_fitted")
# verdict, letter, meaning: the same in a terminal and on paper
LEGEND = (
    ("pass", "O", "opened or started, as it must"),
    ("pass", "H", "did not, as may be without its cloud, and was honest about it"),
    ("fail", "F", "fail"),
    ("inconclusive", "?", "inconclusive"),
    ("not_fitted", "-", "not fitted"),
)


def worst(verdicts: Iterable[Verdict]) -> str:
    """Return the worst verdict among several ("not_fitted" where there is none)."""
    words = {verdict.verdict for verdict in verdicts}
    return next((word for word in ORDER if word in words), "not_fitted")


def letter(verdicts: Iterable[Verdict]) -> str:
    """Return the letter that marks several verdicts in one cell."""
    listed = list(verdicts)
    word = worst(listed)
    if word != "pass":
        return {"fail": "F", "inconclusive": "?", "not_fitted": "-"}[word]
    lost = any(v.tells_of_its_path and v.outcome not in {"acted", "late"} for v in listed)
    return "H" if lost else "O"
