"""Showing what today's oracles say of a stored run."""

from collections import Counter
from pathlib import Path
from typing import Any

from bench.cli.status import status_of
from bench.evidence.judged_again import Again, judge_again
from bench.evidence.stored_run import StoredRun, read_stored_run
from bench.judge.verdict import Verdict, public
from bench.presentation.lines import write_json, write_lines

SCHEMA = 1


def show_judgements(run: Path, *, as_json: bool) -> int:
    """Print what differs from what the run says; return the exit status of today's verdicts.

    What cannot be judged any more counts as inconclusive, and so does a run of which something is
    missing: what it did not come to has not passed. Raises RunFolderError: there is no run.
    """
    stored = read_stored_run(run)
    found = list(judge_again(stored))
    counts = Counter(_word(each) for each in found)
    if as_json:
        write_json(_document(stored, found, counts))
    else:
        write_lines(*(_line(each) for each in found if each.differs), *stored.missing)
        said = ", ".join(f"{n} {word.replace('_', ' ')}" for word, n in counts.items())
        differing = sum(each.differs for each in found)
        write_lines(f"today: {said or 'nothing to judge'}; {differing} differ from the run")
    return status_of({*counts, "inconclusive"} if stored.missing else counts)


def _word(each: Again) -> str:
    return each.now.verdict if each.now is not None else "inconclusive"


def _line(each: Again) -> str:
    now = _told(each.now) if each.now is not None else f"cannot be judged: {each.why}"
    before = _told(each.before) if each.before is not None else "no verdict"
    return f"{each.scenario}: was {before}; is {now}"


def _told(verdict: Verdict) -> str:
    return f"{verdict.verdict} ({verdict.oracle}: {verdict.reason})"


def _document(stored: StoredRun, found: list[Again], counts: Counter[str]) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "run": str(stored.path),
        "missing": list(stored.missing),
        "counts": dict(counts),
        "differ": [
            {
                "scenario": each.scenario,
                "before": each.before.verdict if each.before is not None else None,
                "why": each.why,
            }
            for each in found
            if each.differs
        ],
        "verdicts": [public(each.now) for each in found if each.now is not None],
    }
