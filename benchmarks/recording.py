"""What evidence costs: a campaign with its recordings written against the same without.

    python benchmarks/recording.py [PATH …]

Both kinds run in this process, in turn, one scenario after another, and are measured in CPU time,
which a loaded machine does not blur; the ratio is taken within each pair of runs. "Off" runs and
judges the same scenarios and writes nothing: entries stand in memory either way, since oracles need
them. What is written is then weighed.
"""

import gc
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.pop(0)  # this folder, whose can.py is not python-can

from bench.access.campaign import Evidence, run_group
from bench.access.runner import run_scenario
from bench.access.selection import Selection, campaign
from bench.car.model import load_car
from bench.cli.running import _evidence
from bench.config.bench_file import DEFAULT, load_bench
from bench.evidence.run_folder import RECORDINGS, RunFolder

PATHS = ("ble_key", "cloud_app", "peps_fob")
FAULTS = ("http_status", "latency", "refuse", "nxdomain")
PAIRS = 9
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


def cpu_s(selection: Selection, evidence: Evidence, folder: RunFolder | None) -> float:
    """Return the CPU time of a campaign in this process."""
    gc.collect()
    began = time.process_time()
    for group in selection.groups:
        for reached in run_group(FILE, MODEL, group, evidence):
            if folder is not None:
                folder.add(reached.verdict)
    return time.process_time() - began


def recorded(selection: Selection, folder: Path) -> float:
    """Return the CPU time of a campaign that keeps its evidence in a folder."""
    run = RunFolder(folder)
    taken_s = cpu_s(selection, _evidence(run, capture=False), run)
    run.close()
    return taken_s


def row(what: str, value: str, wanted: str) -> None:
    """Print one line of the table."""
    print(f"{what:58} {value:>12}   {wanted}", flush=True)


def main() -> None:
    """Print the table."""
    paths = sys.argv[1:] or list(PATHS)
    selection = campaign(MODEL, seed=1, only_paths=paths, only_faults=FAULTS)
    ratios, off_s = [], []
    with tempfile.TemporaryDirectory() as name:
        cpu_s(selection, nothing(), None)  # what is loaded once is loaded now
        for number in range(PAIRS):
            folder = Path(name) / str(number)
            on_s = recorded(selection, folder)
            off_s.append(cpu_s(selection, nothing(), None))
            ratios.append(on_s / off_s[-1])
        sizes = [f.stat().st_size for f in (folder / RECORDINGS).iterdir()]
    row("measure", "value", "wanted")
    row(f"{selection.count} scenarios, recording off: CPU time", f"{min(off_s):.2f} s", "")
    share = statistics.median(ratios) - 1
    row("recording on: more CPU time, median of pairs", f"{share:.1%}", f"< {MOST_SHARE:.0%}")
    told = ", ".join(f"{ratio - 1:.1%}" for ratio in sorted(ratios))
    row("each pair", told, "")
    mean = statistics.mean(sizes) / 1e3
    row("evidence on disk, a verdict, compressed", f"{mean:.1f} kB", f"< {MOST_KB:g} kB")


if __name__ == "__main__":
    main()
