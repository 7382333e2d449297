"""How the benchmarks print what they have measured."""

import os
import sys


def begin() -> None:
    """Say where it is measured."""
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}\n")


def row(what: str, value: str, wanted: str = "") -> None:
    """Print one line of the table."""
    print(f"{what:76} {value:>12}   {wanted}", flush=True)


def percentile(values: list[float], share: float) -> float:
    """Return the value below which a share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
