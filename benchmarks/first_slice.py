"""How fast the bench is, as ratios in one run: simulated against real time, us against bare Python.

    python benchmarks/first_slice.py

Whole processes are timed from outside, start-up included. The machine's speed drifts, so read the
ratios; each is the median of a few runs.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from table import begin, row

REPEAT = 3
HOUR = ["replay", "gwm-2025-03-21", "--paths", "ble_key", "--owners", "phone_only", "--json"]
RESTBUS = ["SPEED", "SPEED2", "BRAKE", "BRAKE2", "ACC", "LIGHTS", "SEATBELT", "WHEEL_SPEEDS",
           "STEER_AND_AP_STALK", "AUTOPILOT", "DRIVE_MODE", "UNDEFINED_2", "NEW_MSG_27F",
           "NEW_MSG_245", "NEW_MSG_165"]  # fmt: skip


def timed(command: list[str]) -> tuple[float, str]:
    """Run a command; return its wall time in seconds and what it printed."""
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return time.perf_counter() - began, done.stdout


def bench(*arguments: str) -> tuple[float, dict]:
    """Run the command line with `--json`; return its wall time and its document."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bench.cli.main", *arguments, "--out", f"{folder}/run",
                   "--no-report"]  # what a report costs, benchmarks/report.py says  # fmt: skip
        wall_s, printed = timed(command)
    return wall_s, json.loads(printed)


def median(measure, repeat: int = REPEAT) -> float:
    """Return the median of a measurement that is made a few times."""
    return statistics.median(measure() for _ in range(repeat))


def replay_ratio(*more: str) -> float:
    """Return simulated seconds per second of wall time, by the outside clock."""
    wall_s, document = bench(*HOUR, *more)
    return document["simulated_s"] / wall_s


def with_restbus() -> float:
    """Return the same with 150 frames/s on the body bus, all of them recorded."""
    root = Path(__file__).parent.parent
    names = ", ".join(f'"{name}"' for name in RESTBUS)
    text = (
        (root / "bench.toml")
        .read_text()
        .replace(
            '[can.body]\ninterface = "simulated"',
            f'[can.body]\ninterface = "simulated"\nrestbus = [{names}]',
        )
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bench.toml"
        file.write_text(text)
        return replay_ratio("--bench", str(file), "--car", "haval_h6")


def verdicts_per_minute() -> float:
    """Return how many verdicts of the default campaign are reached in a minute."""
    wall_s, document = bench("run", "--json")
    return 60 * len(document["verdicts"]) / wall_s


def start_up(code: list[str]) -> float:
    """Return how long a Python process takes."""
    return timed([sys.executable, *code])[0]


def tree_kib(pid: int) -> int:
    """Return the memory of a process and its children, shared pages counted once."""
    total, todo = 0, [pid]
    while todo:
        current = todo.pop()
        try:
            rollup = Path(f"/proc/{current}/smaps_rollup").read_text()
            total += next(int(x.split()[1]) for x in rollup.splitlines() if x.startswith("Pss:"))
            children = Path(f"/proc/{current}/task/{current}/children").read_text()
        except (OSError, StopIteration):
            continue
        todo += [int(child) for child in children.split()]
    return total


def peak_mib() -> float:
    """Return the peak memory of `bench run`, all processes together."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.cli.main", "run", "--json", "--out", f"{folder}/run"],
            stdout=subprocess.DEVNULL,
        )
        peak = 0
        over = threading.Event()

        def watch() -> None:
            nonlocal peak
            while not over.wait(0.1):
                peak = max(peak, tree_kib(process.pid))

        watcher = threading.Thread(target=watch)
        watcher.start()
        process.wait()
        over.set()
        watcher.join()
    return peak / 1024


def pytest_run(*more: str) -> float:
    """Return how long an unrelated pytest run takes."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "test_plain.py").write_text("def test_plain(): pass\n")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *more, folder]
        return timed(command)[0]


def plug_in_s() -> float:
    """Return what the plug-in costs: the median over pairs of runs, one after the other."""
    return median(lambda: pytest_run() - pytest_run("-p", "no:bench_fixtures.plugin"), 15)


def main() -> None:
    """Print the table."""
    begin()
    row("measure", "value", "wanted")
    row(
        "GWM hour, Bluetooth key, buses asleep: x real time",
        f"{median(replay_ratio):.0f}",
        ">= 3000",
    )
    row("the same on the Haval bus with 150 frames/s recorded: x real time",
        f"{median(with_restbus):.0f}", ">= 300, stretch 1000")  # fmt: skip
    row("default campaign: verdicts a minute", f"{median(verdicts_per_minute):.0f}",
        ">= 600, stretch 2000")  # fmt: skip
    bare = median(lambda: start_up(["-c", "pass"]), 9)
    help_ = median(lambda: start_up(["-m", "bench.cli.main", "--help"]), 9)
    row("bench --help above bare Python", f"{(help_ - bare) * 1000:.0f} ms", "< 250 ms")
    row("plug-in in an unrelated pytest run", f"{plug_in_s() * 1000:.0f} ms", "< 100 ms")
    row("peak memory of bench run, all processes", f"{peak_mib():.0f} MiB", "< 400 MiB")


if __name__ == "__main__":
    main()
