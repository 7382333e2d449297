"""Shared by all tests: the pytester plug-in, and worlds to test parts in."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.clock.simulated import SimulatedTime
from bench.journal import Journal
from bench.network.memory import MemoryInternet

pytest_plugins = ["pytester"]

TESTS = Path(__file__).parent
IN_VM = "SOCKETCAN_VM" in os.environ
# they need a kernel with CAN and would take interfaces down: only where that is meant
collect_ignore = [] if IN_VM else ["socketcan"]
# pytest loads them as what they are; as modules with examples they would all have the same name
collect_ignore_glob = ["*/conftest.py"]

# a shell that starts this in the background leaves Ctrl-C ignored, and every process begun here too
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# each process takes whole files (pytest-xdist, --dist loadfile), so that what a file's tests look at
# is made once; the longest begin first, and among them those that mostly wait, so that none of them is
# left alone at the end
LONG_FIRST = (
    "fidelity/test_fault_fidelity.py",
    "fidelity/test_path_fidelity.py",
    "fidelity/test_smoke_in_real_time.py",
    "cli/test_repeat.py",
    "table/test_real_bcm.py",
    "plugin/test_session_run.py",
    "access/test_real_unit.py",
    "plugin/test_plugin.py",
    "plugin/test_outcomes.py",
    "plugin/test_usage_errors.py",
    "contract/test_wire_contract.py",
    "guardian/test_a_run_that_dies.py",
    "access/test_incidents.py",
    "cli/test_bad_bench_file.py",
    "fleet/test_projection.py",
    "unit/network/test_broker_faults.py",
    "capacity/test_overload_command.py",
    "capacity/test_queueing_theory.py",
    "access/test_discipline.py",
    "access/test_calibration.py",
    "access/test_can_faults.py",
    "cli/test_watch.py",
    "cli/test_compare.py",
    "proxy/test_links_of_a_station.py",
    "guardian/test_a_whole_bench.py",
    "guardian/test_kept_outcome.py",
    "unit/network/test_broker.py",
    "unit/network/test_exposure.py",
    "contract/test_simulated_units_beside_devices.py",
)


def pytest_configure(config: pytest.Config) -> None:
    """Keep pytest-xdist from an order of its own, by the number of tests in a file."""
    if config.pluginmanager.hasplugin("xdist"):
        config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first."""
    place = {TESTS / file: number for number, file in enumerate(LONG_FIRST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))


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
