"""What is to be said of a bench before it is used, and is no reason to refuse it."""

import os
from pathlib import Path

from bench.config.bench_file import DEFAULT, FILE_NAME, StationFile
from bench.station.lock_motors import too_weak
from bench.station.unsettled import unsettled


def forewarnings(file: StationFile) -> list[str]:
    """Return what whoever runs something on a bench is told first, a sentence each."""
    died = [each.says for each in unsettled(file) if each.beyond]  # the others it settles itself
    weak = too_weak(file)
    said = [] if weak is None else [f"{file.path}: {': '.join(weak)}"]
    return [*died, *said, *_passed_over(file)]


def _passed_over(file: StationFile) -> list[str]:
    """Return that the built-in bench is used where a bench file of one's own lies further up."""
    if file.path != DEFAULT:
        return []
    above = (folder / FILE_NAME for folder in Path.cwd().parents)
    found = next((path for path in above if path.is_file()), None)
    if found is None:
        return []
    there = os.path.relpath(found)
    return [
        f"this is the built-in bench, for {there} is not in this folder: --bench {there} takes it"
    ]
