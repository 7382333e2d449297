"""What a report costs: time and bytes for 1,000 verdicts, and how fast Chromium opens it.

    python benchmarks/report.py [RUN …]

Without arguments it runs the default campaign with three seeds (a few minutes); their verdicts are
put into one run folder of 1,000, so what recordings share is what recordings of different seeds do.
Named runs are taken instead, where they hold enough. Time is a whole process's, start-up included.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from table import row

VERDICTS = 1000
SEEDS = (1, 2, 3)
REPEAT = 3
MOST_BYTES, MOST_S, MOST_KB, MOST_OPEN_S = 10_000_000, 5.0, 20.0, 1.0


def bench(*arguments: str) -> float:
    """Run a command; return its wall time in seconds."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "bench.cli.main", *arguments]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    return time.perf_counter() - began


def campaigns(folder: Path) -> list[Path]:
    """Run the default campaign with each seed; return the run folders."""
    runs = [folder / f"seed-{seed}" for seed in SEEDS]
    for seed, run in zip(SEEDS, runs, strict=True):
        bench("run", "--seed", str(seed), "--no-report", "--json", "--out", str(run))
    return runs


def merged(runs: list[Path], into: Path) -> Path:
    """Return one run folder with the first 1,000 verdicts of several."""
    (into / "recordings").mkdir(parents=True)
    info = json.loads((runs[0] / "run.json").read_text())
    lines: list[str] = []
    for number, run in enumerate(runs):
        for line in (run / "verdicts.jsonl").read_text().splitlines()[: VERDICTS - len(lines)]:
            verdict = json.loads(line)
            name = f"{number}.{Path(verdict['recording']).name}"
            (into / "recordings" / name).write_bytes((run / verdict["recording"]).read_bytes())
            verdict |= {"scenario": f"{number}.{verdict['scenario']}", "recording": name}
            lines.append(json.dumps(verdict))
    if len(lines) < VERDICTS:
        sys.exit(f"only {len(lines)} verdicts: name more runs")
    (into / "verdicts.jsonl").write_text("\n".join(lines) + "\n")
    (into / "run.json").write_text(json.dumps(info | {"planned": []}))
    return into


def opened_s(report: Path) -> float | None:
    """Return how long Chromium takes to open a report, by its own clock; None without one."""
    sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "report"))
    from chromium import Chromium, find_chromium  # noqa: PLC0415 the tests' own way to drive it

    if find_chromium() is None:
        return None
    timing = "performance.getEntriesByType('navigation')[0]"
    with Chromium() as browser:
        taken = []
        for _ in range(REPEAT):
            page = browser.page()
            page.open(report)
            taken.append(page.wait(f"{timing}.loadEventEnd") / 1000)
    return statistics.median(taken)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run = merged([Path(a) for a in sys.argv[1:]] or campaigns(folder), folder / "merged")
        report = run / "report.html"
        taken_s = statistics.median(bench("report", str(run)) for _ in range(REPEAT))
        recorded = [f.stat().st_size for f in sorted((run / "recordings").iterdir())]
        page = report.read_text(encoding="utf-8")
        packs = sum(len(x) for x in page.split("\n") if x.startswith('<script type="text/plain"'))
        opened = opened_s(report)
        row("measure", "value", "wanted")
        row(f"bench report, {VERDICTS} verdicts", f"{taken_s:.2f} s", f"< {MOST_S:g} s")
        size = report.stat().st_size
        row("report.html", f"{size / 1e6:.2f} MB", f"< {MOST_BYTES / 1e6:g} MB")
        row("of it evidence, a verdict", f"{packs / VERDICTS / 1e3:.2f} kB", "")
        mean = statistics.mean(recorded) / 1e3
        row("recording on disk, a verdict, compressed", f"{mean:.1f} kB", f"< {MOST_KB:g} kB")
        told = f"{opened:.2f} s" if opened is not None else "NOT MEASURED"
        row("opened in Chromium, until its load event", told, f"< {MOST_OPEN_S:g} s")


if __name__ == "__main__":
    main()
