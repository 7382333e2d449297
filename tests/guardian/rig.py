"""The test's side: devices and runs as processes, and what the devices saw."""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.config.bench_file import load_bench
from bench.guardian.lock import lock_folder, lock_name
from bench.guardian.outcome import Outcome, outcome_of_run

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PATIENCE_S = 30.0
MODELS = {"doors": "numato_usb", "kl30": "rigol_dp832"}
BENCH = """
[bench]
name = "{name}"
time = "real"
{options}

[can.body]
interface = "virtual"

[can.telematics]
interface = "virtual"

[relays.doors]
model = "numato_usb"
resource = "{doors}"
channels = {{ handle_driver = 1, start_button = 12, telematics_supply = 3 }}

[supplies.kl30]
model = "rigol_dp832"
resource = "{kl30}"
channel = 2
net = "terminal_30"
voltage_v = 13.5
current_limit_a = 3.0
{more}
"""
METERS = """
[meters.locks]
model = "simulated"
channels = { lock_motor_driver = 1, latch_driver = 2 }
"""
CHANNELS = {("doors", 1), ("doors", 12), ("doors", 3), ("kl30", 2)}


@dataclass
class Devices:
    """Devices that run in a process of their own."""

    process: "subprocess.Popen[str]"
    log: Path
    resources: dict[str, str]

    def tell(self, word: str, name: str) -> None:
        """Unplug a device, or let it fall silent."""
        self.process.stdin.write(f"{word} {name}\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "done\n"

    def events(self) -> list[dict]:
        """Return every switching so far."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def on(self) -> set[tuple[str, int]]:
        """Return what is on now."""
        states = {(e["name"], e["channel"]): e["on"] for e in self.events()}
        return {channel for channel, on in states.items() if on}

    def off_at_ns(self) -> int:
        """Return when the last channel went off."""
        return max(e["t_ns"] for e in self.events() if not e["on"])

    def wait_off(self, within_s: float = 5.0) -> bool:
        """Wait until everything is off; return whether it is."""
        until_s = time.monotonic() + within_s
        while self.on() and time.monotonic() < until_s:
            time.sleep(0.002)
        return not self.on()


@contextmanager
def devices(folder: Path, transports: dict[str, str]) -> Iterator[Devices]:
    """Run devices: per name "pty", "socket" or "exclusive"."""
    log = folder / "switched.jsonl"
    log.touch()
    wanted = [f"{name}:{MODELS[name]}:{transport}" for name, transport in transports.items()]
    process = subprocess.Popen(
        [sys.executable, str(HERE / "rig_device.py"), str(log), *wanted],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment(),
    )  # fmt: skip
    try:
        yield Devices(process, log, json.loads(process.stdout.readline()))
    finally:
        process.kill()
        process.communicate()


def environment() -> dict[str, str]:
    """Return an environment in which the bench is found."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "fixtures")))}


def write_bench(
    folder: Path, resources: dict[str, str], options: str = "", more: str = "", name: str = "rig"
) -> Path:
    """Write a bench file for devices."""
    file = folder / "bench.toml"
    file.write_text(BENCH.format(name=name, options=options, more=more, **resources))
    return file


class Run:
    """A run in a process of its own, which leads a session."""

    def __init__(self, file: Path, *how: str, leads: bool = True) -> None:
        self.folder = file.parent
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "rig_run.py"), str(file), *how],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
            env=environment(), start_new_session=leads,
        )  # fmt: skip

    def is_on(self) -> int:
        """Wait until everything is on; return when that was, in nanoseconds."""
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE_S)
        line = self.process.stdout.readline() if ready else ""
        assert line.startswith("on "), self.process.communicate(timeout=PATIENCE_S)
        return int(line.split()[1])

    def ended(self) -> tuple[int, str, str]:
        """Wait for its end and its guardian's; return exit status and what both have said."""
        out, err = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, out, err

    def guardian(self) -> int:
        """Return its guardian's process, as the lock file tells it."""
        content = load_bench(self.folder / "bench.toml").content
        file = lock_folder() / lock_name(content.relays["doors"].resource)
        return int(json.loads(file.read_text())["guardian"])

    def outcome(self) -> Outcome:
        """Return what its guardian wrote down."""
        found = outcome_of_run(self.folder)
        assert found is not None
        return found
