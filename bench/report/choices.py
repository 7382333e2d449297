"""By what the list of verdicts can be filtered."""

from collections.abc import Iterable, Sequence

from bench.judge.cells import column_of
from bench.judge.verdict import Verdict
from bench.judge.worst import ORDER

FILE_END = ".py_"  # in a test's name, between its file and what stands in it


def choices(verdicts: Sequence[Verdict]) -> dict[str, list[str]]:
    """Return each filter with what it offers; one that would leave all, or nothing, is left out."""
    offered = {
        "verdict": _offered(verdict.verdict for verdict in verdicts),
        "path": _offered(path_of(verdict) for verdict in verdicts),
        "file": _offered(file_of_test(verdict) for verdict in verdicts),
        "failure": _offered(column_of(verdict) for verdict in verdicts),
        "owner": _offered(verdict.owner for verdict in verdicts),
    }
    offered["verdict"].sort(key=ORDER.index)
    return {name: [each for each in found if each] for name, found in offered.items() if found}


def _offered(values: Iterable[str]) -> list[str]:
    """Return the different values, in their order; none where they are all the same."""
    found = list(dict.fromkeys(values))
    return found if len(found) > 1 else []


def path_of(verdict: Verdict) -> str:
    """Return the way into the car that a verdict is of ("": a test asks about no such)."""
    return "" if verdict.is_test else verdict.path


def file_of_test(verdict: Verdict) -> str:
    """Return the file that holds a test ("": it is none, or its name does not say).

    >>> file_of_test(Verdict("tests_test_doors.py_test_opens", "test", "test", None, None,
    ...                      "phone_only", "pass", "acted", "test", ""))
    'tests_test_doors.py'
    """
    file, found, _ = verdict.scenario.partition(FILE_END)
    return f"{file}{FILE_END[:-1]}" if verdict.is_test and found else ""
