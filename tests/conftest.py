"""Shared by all tests: the pytester plug-in, and worlds to test parts in."""

from collections.abc import Iterator

import pytest

from bench.clock.simulated import SimulatedTime
from bench.journal import Journal
from bench.network.memory import MemoryInternet

pytest_plugins = ["pytester"]


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
