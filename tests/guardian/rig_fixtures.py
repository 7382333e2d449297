"""Devices and runs as processes, ended when a test ends.

PYTEST_DONT_REWRITE: nothing is asserted here, and whoever comes first may load it.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from rig import Devices, Run, devices, write_bench

from bench.guardian import kept_outcome
from bench.guardian.shared_folder import shared_folder


@pytest.fixture(autouse=True)
def nothing_kept(tmp_path: Path) -> Iterator[None]:
    """Forget what became of a test's benches: it is kept for the whole computer."""
    yield
    for file in shared_folder(kept_outcome.ROOTS, "outcomes").glob(f"*{kept_outcome.ENDING}"):
        if str(tmp_path) in file.read_text(encoding="utf-8"):
            file.unlink()


@pytest.fixture
def plugged(tmp_path: Path) -> Iterator[Callable[..., Devices]]:
    """Plug a relay board and a supply in: `plugged("pty")`, `plugged("pty", "socket")`."""
    with ExitStack() as stack:

        def plug(doors: str = "pty", kl30: str = "") -> Devices:
            return stack.enter_context(devices(tmp_path, {"doors": doors, "kl30": kl30 or doors}))

        yield plug


@pytest.fixture
def begun(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    """Begin a run on devices: `begun(rig, "wait")`."""
    runs: list[Run] = []

    def begin(rig: Devices, *how: str, options: str = "", more: str = "") -> Run:
        run = Run(write_bench(tmp_path, rig.resources, options, more), *how)
        runs.append(run)
        return run

    yield begin
    for run in runs:
        if run.process.poll() is None:
            run.process.kill()
        if not run.process.stderr.closed:  # until its guardian, which has it open, too, has ended
            run.process.communicate(timeout=30)
