"""From the death of a run to a safe bench: how long, over hundreds of real deaths.

    python benchmarks/safe_state.py [--kills 200] [--transports pty socket exclusive]
                                    [--ends kill group abort os_exit half_sent fork setsid stop]

A run holds a relay board and a supply (twins in another process), switches three relays and an
output on, and dies; the devices write down when each goes off, by the clock that all processes
share. For a hang the time counts from the end of the heartbeat. Prints median, 95th percentile and
maximum for each transport and end; exit status 1 if anything stayed on, was not told to be safe, or
took longer than the promised second.
"""

import argparse
import os
import random
import signal
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / "tests" / "guardian")]

from rig import CHANNELS, Devices, Run, devices, write_bench  # noqa: E402 it stands with the tests

PROMISED_MS = 1000.0
HEARTBEAT_S = 1.0
# what a run is told to do, and what is done to it
ENDS = {
    "kill": ("wait",),
    "group": ("wait", "fork"),
    "fork": ("wait", "fork"),
    "setsid": ("wait", "setsid"),
    "abort": ("abort",),
    "os_exit": ("os_exit",),
    "half_sent": ("half_sent",),
    "stop": ("stop",),
}


def die(folder: Path, rig: Devices, end: str, rng: random.Random) -> float:
    """Let one run die; return milliseconds until everything was off. Raises RuntimeError."""
    options = f"heartbeat_s = {HEARTBEAT_S}" if end == "stop" else ""
    run = Run(write_bench(folder, rig.resources, options), *ENDS[end])
    since_ns = run.is_on()
    if rig.on() != CHANNELS and ENDS[end][0] == "wait":
        raise RuntimeError(f"only {rig.on()} went on")
    if end == "stop":
        since_ns += int(HEARTBEAT_S * 1e9)
    elif ENDS[end][0] == "wait":
        time.sleep(rng.random() * 0.1)  # at any moment of the run's own beat
        since_ns = time.monotonic_ns()
        if end == "group":
            os.killpg(run.process.pid, signal.SIGKILL)
        else:
            run.process.kill()
    _, _, said = run.ended()  # its guardian has ended, too
    if rig.on() or not run.outcome().safe:
        raise RuntimeError(f"not safe: {rig.on()}: {said}")
    return max(0.0, (rig.off_at_ns() - since_ns) / 1e6)


def soak(kills: int, transports: list[str], ends: list[str]) -> bool:
    """Let runs die, print how long each kind took; return whether all promises were kept."""
    kept, rng = True, random.Random(1)  # noqa: S311 no secret, only moments
    for transport in transports:
        took: dict[str, list[float]] = defaultdict(list)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            with devices(folder, {"doors": transport, "kl30": transport}) as rig:
                for number in range(kills):
                    end = ends[number % len(ends)]
                    try:
                        took[end].append(die(folder, rig, end, rng))
                    except AssertionError as error:  # it had not begun: on a busy computer
                        print(f"{transport} {end}: not begun: {str(error)[-200:]}", flush=True)
                    except RuntimeError as error:
                        kept = False
                        print(f"{transport} {end}: {error}", flush=True)
        for end, times_ms in took.items():
            kept = kept and max(times_ms) < PROMISED_MS
            print(
                f"{transport:10} {end:10} n={len(times_ms):4}  "
                f"median {statistics.median(times_ms):6.1f} ms  "
                f"p95 {sorted(times_ms)[int(len(times_ms) * 0.95)]:6.1f} ms  "
                f"max {max(times_ms):6.1f} ms",
                flush=True,
            )
    return kept


def main() -> int:
    """Do as the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=200, help="for each transport")
    parser.add_argument(
        "--transports", nargs="+", default=["pty", "socket"], choices=["pty", "socket", "exclusive"]
    )
    parser.add_argument("--ends", nargs="+", default=["kill"], choices=list(ENDS))
    arguments = parser.parse_args()
    return 0 if soak(arguments.kills, arguments.transports, arguments.ends) else 1


if __name__ == "__main__":
    sys.exit(main())
