"""What a verdict of the default campaign costs, by part, so that the next bottleneck is known.

    python benchmarks/campaign.py

The rate is of `bench run` as users start it, start-up and report included, by the clock outside.
The parts are of every twelfth scenario, run and judged in this process under Python's profiler,
which makes what consists of many small calls look dearer than it is: read the order, not the
digits.
"""

import cProfile
import gc
import pstats
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from table import row

from bench.access.campaign import run_group
from bench.access.choosing.selection import Group, campaign
from bench.access.choosing.setting import Setting
from bench.access.choosing.usual_faults import out_of_reach
from bench.car.model import load_car
from bench.cli.keeping import evidence_in
from bench.config.bench_file import DEFAULT, load_bench
from bench.evidence.run_folder import RunFolder

EVERY = 12
WANTED_PER_MINUTE = 1000
FILE, MODEL = load_bench(DEFAULT), load_car("sound", DEFAULT.parent)
# what a function's file or name begins or ends with; the first that fits counts
PARTS = {
    "TLS": ("do_handshake", "_SSLSocket", "sslproto.py", "/ssl.py", "trust.py", "certificates.py"),
    "HTTP": ("/aiohttp/", "/yarl/", "/multidict/", "http_client.py", "/cloud/front.py"),
    "network in memory, links and faults": ("bench/network/", "bench/faults/", "bench/capacity/"),
    "CAN": ("bench/can/", "/cantools/", "/crccheck/", "/bitstruct/"),
    "diagnosis": ("bench/diagnosis/", "/isotp/", "/udsoncan/", "bench/station/diagnosis.py"),
    "evidence": ("bench/evidence/", "bench/journal.py", "/json/", "zlib.compress", "/gzip.py"),
    "judgement": ("bench/judge/", "bench/recording.py"),
    "simulated time and tasks": ("bench/clock/", "/asyncio/", "_contextvars", "_heapq"),
    "garbage": ("gc.collect", "gc.freeze"),
    "car, telematics unit, cloud, owner, wires": (
        "bench/car/", "bench/telematics/", "bench/cloud/", "bench/owner/", "bench/wiring/",
        "bench/radio/", "bench/protocol/", "cryptography",
    ),
    "station and scenario": ("bench/station/", "bench/access/", "bench/instruments/"),
}  # fmt: skip


def verdicts_per_minute(count: int) -> float:
    """Return how many verdicts a minute `bench run` reaches."""
    with tempfile.TemporaryDirectory() as name:
        command = [sys.executable, "-m", "bench.cli.main", "run", "--out", f"{name}/run"]
        began_s = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        return 60 * count / (time.perf_counter() - began_s)


def sample(groups: tuple[Group, ...]) -> list[Group]:
    """Return every twelfth outage of each group, with its baseline."""
    return [Group(group.baseline, group.outages[::EVERY]) for group in groups]


def run(groups: list[Group]) -> tuple[int, float]:
    """Run groups in this process; return how many verdicts came of it, and the CPU time."""
    with tempfile.TemporaryDirectory() as name:
        evidence = evidence_in(RunFolder(Path(name) / "run"))
        gc.collect()
        began_s = time.process_time()
        count = sum(1 for group in groups for _ in run_group(FILE, MODEL, group, evidence))
        return count, time.process_time() - began_s


def part_of(file: str, function: str) -> str:
    """Return the part to which a function belongs."""
    where = f"{file} {function}"
    return next((p for p, marks in PARTS.items() if any(m in where for m in marks)), "the rest")


def parts(groups: list[Group]) -> Counter[str]:
    """Return the time of each part, in seconds."""
    profile = cProfile.Profile()
    profile.runcall(run, groups)
    found: Counter[str] = Counter()
    for (file, _line, function), (_, _, own_s, _, _) in pstats.Stats(profile).stats.items():
        found[part_of(file, function)] += own_s
    return found


def main() -> None:
    """Print the table."""
    selection = campaign(
        MODEL, seed=1, setting=Setting(without=out_of_reach(FILE.content, "websocket"))
    )
    rate = verdicts_per_minute(selection.count)
    row("measure", "value", "wanted")
    row(f"default campaign, {selection.count} verdicts, report included: a minute", f"{rate:.0f}",
        f">= {WANTED_PER_MINUTE}")  # fmt: skip
    groups = sample(selection.groups)
    run(groups[:1])  # what is loaded once is loaded now
    count, spent_s = run(groups)
    row(f"CPU time of a verdict, mean of {count}", f"{spent_s / count * 1e3:.0f} ms")
    found = parts(groups)
    total_s = sum(found.values())
    for name, part_s in found.most_common():
        row(f"  {name}", f"{part_s / total_s:.0%}")


if __name__ == "__main__":
    main()
