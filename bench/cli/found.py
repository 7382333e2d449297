"""How what was found on a bench is printed: one line each, with a mark before it."""

from bench.presentation.lines import write_lines

MARKS = {True: "ok", False: "!!", None: "--"}


def write_found(what: str, says: str, found: bool | None = None) -> None:
    """Write a line: what was found of what (found None: a remark)."""
    write_lines(f"{MARKS[found]}  {what:28} {says}")
