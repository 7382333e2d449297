"""What evidence costs: a campaign with its recordings written against the same without.

    python benchmarks/recording.py [PATH …]

Both kinds run in this process, group by group in turn, and are measured in CPU time. A loaded
machine blurs even that, always upwards: so each group counts by the least of its rounds. "Off" runs
and judges the same scenarios and writes nothing: entries stand in memory either way, since oracles
need them. What is written is then weighed.
"""

import gc
import statistics
import sys
import tempfile
import time
from pathlib import Path

from table import row

from bench.access.campaign import Evidence, run_group
from bench.access.choosing.choice import Choice
from bench.access.choosing.selection import Group, campaign
from bench.access.runner import run_scenario
from bench.car.model import load_car
from bench.cli.keeping import evidence_in
from bench.config.bench_file import DEFAULT, load_bench
from bench.evidence.run_folder import RECORDINGS, RunFolder

PATHS = ("ble_key", "cloud_app", "peps_fob")
FAULTS = ("http_status", "latency", "refuse", "nxdomain")
ROUNDS = 12
MOST_SHARE, MOST_KB = 0.10, 20.0
FILE, MODEL = load_bench(DEFAULT), load_car("sound", DEFAULT.parent)


def nothing() -> Evidence:
    """Return evidence that is kept nowhere."""
    return Evidence(
        sink=lambda _scenario: lambda _header, _journal: lambda: None,
        read=lambda scenario: run_scenario(FILE, MODEL, scenario),
        path=lambda _scenario: "",
        finish=lambda _scenario, _verdict: None,
    )


def cpu_s(group: Group, evidence: Evidence, folder: RunFolder | None) -> float:
    """Return the CPU time of a group of scenarios in this process."""
    gc.collect()
    began = time.process_time()
    for reached in run_group(FILE, MODEL, group, evidence):
        if folder is not None:
            folder.add(reached.verdict)
    return time.process_time() - began


def measured(group: Group, folder: Path) -> tuple[float, float, list[int]]:
    """Return the least CPU time with and without recording, and the recordings' sizes."""
    on_s, off_s = [], []
    for number in range(ROUNDS):
        run = RunFolder(folder / str(number))
        both = [lambda: on_s.append(cpu_s(group, evidence_in(run), run)),  # noqa: B023 used at once
                lambda: off_s.append(cpu_s(group, nothing(), None))]  # fmt: skip
        for kind in both if number % 2 else reversed(both):
            kind()
        run.close()
    return min(on_s), min(off_s), [f.stat().st_size for f in (run.path / RECORDINGS).iterdir()]


def main() -> None:
    """Print the table."""
    paths = sys.argv[1:] or list(PATHS)
    selection = campaign(MODEL, Choice(paths=paths, faults=FAULTS), seed=1)
    cpu_s(selection.groups[0], nothing(), None)  # what is loaded once is loaded now
    with tempfile.TemporaryDirectory() as name:
        found = [measured(g, Path(name) / str(n)) for n, g in enumerate(selection.groups)]
    on_s, off_s = sum(on for on, _, _ in found), sum(off for _, off, _ in found)
    row("measure", "value", "wanted")
    row(f"{selection.count} scenarios, recording off: CPU time", f"{off_s:.2f} s", "")
    row("recording on: more CPU time", f"{on_s / off_s - 1:.1%}", f"< {MOST_SHARE:.0%}")
    mean = statistics.mean(size for _, _, sizes in found for size in sizes) / 1e3
    row("evidence on disk, a verdict, compressed", f"{mean:.1f} kB", f"< {MOST_KB:g} kB")


if __name__ == "__main__":
    main()
