"""What is to be said of a bench before it is used, and is no reason to refuse it."""

from bench.config.bench_file import StationFile
from bench.station.lock_motors import too_weak
from bench.station.unsettled import unsettled


def forewarnings(file: StationFile) -> list[str]:
    """Return what whoever runs something on a bench is told first, a sentence each."""
    died = [each.says for each in unsettled(file) if each.beyond]  # the others it settles itself
    weak = too_weak(file)
    return died if weak is None else [*died, f"{file.path}: {': '.join(weak)}"]
