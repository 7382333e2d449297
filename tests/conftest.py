"""Shared by all tests: the pytester plug-in, and worlds to test parts in."""

import os
import signal
from collections.abc import Iterator

import pytest

from bench.clock.simulated import SimulatedTime
from bench.journal import Journal
from bench.network.memory import MemoryInternet

pytest_plugins = ["pytester"]

IN_VM = "SOCKETCAN_VM" in os.environ
# they need a kernel with CAN and would take interfaces down: only where that is meant
collect_ignore = [] if IN_VM else ["socketcan"]

# a shell that starts this in the background leaves Ctrl-C ignored, and every process begun here too
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_report_header() -> str | None:
    """Say what is left out here, and where it runs."""
    if IN_VM:
        return None
    return "tests/socketcan: left out, it runs in tools/socketcan-vm/run (.ci/run does that)"


@pytest.fixture
def time() -> Iterator[SimulatedTime]:
    """A simulated time base with an in-memory network."""
    base = SimulatedTime()
    MemoryInternet(base.loop)
    yield base
    base.close()


@pytest.fixture
def journal(time: SimulatedTime) -> Journal:
    """A journal on that time base."""
    return Journal(time.now_ns)
