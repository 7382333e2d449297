"""One small run for all tests of the report, and the same with texts that would like to be scripts."""

import gzip
import json
import shutil
from pathlib import Path

import pytest
from chromium import find_chromium
from reading import SMUGGLED

from bench.cli.main import main

HERE = Path(__file__).parent
# never silently: the header of every test run says so, and .ci/run does at its end
collect_ignore = [] if find_chromium() else ["test_in_a_browser.py"]


def pytest_report_header() -> str | None:
    """Say what is left out here."""
    if find_chromium():
        return None
    return "tests/report/test_in_a_browser.py: NOT RUN, no Chromium is installed (.ci/run gets one)"


@pytest.fixture(scope="session")
def run(tmp_path_factory) -> Path:
    """A run folder: two paths on a car that fails by one of them, two outages."""
    folder = tmp_path_factory.mktemp("report") / "run"
    status = main(["run", "--car", "cloud_bound_key", "--paths", "ble_key", "cloud_app",
                   "--faults", "http_status", "nxdomain", "--out", str(folder), "--jobs", "1",
                   "--json"])  # fmt: skip
    assert status == 1
    return folder


@pytest.fixture
def copy(run, tmp_path) -> Path:
    """The same run, to be spoilt."""
    return Path(shutil.copytree(run, tmp_path / "run"))


@pytest.fixture(scope="session")
def smuggled(tmp_path_factory) -> Path:
    """A run in which a car, a bench file, a CAN database, an app and a cloud say scripts."""
    base = tmp_path_factory.mktemp("smuggled")
    car = base / "<img src=x onerror=run(1)>.toml"
    shutil.copy(HERE.parents[1] / "bench/cars/sound.toml", car)
    bench = base / "bench.toml"
    text = (HERE.parents[1] / "bench.toml").read_text()
    bench.write_text(text.replace('"simulated bench"', json.dumps(SMUGGLED)))
    main(["run", "--bench", str(bench), "--car", str(car), "--paths", "cloud_app", "--faults",
          "http_status", "--out", str(base / "run"), "--jobs", "1", "--json"])  # fmt: skip
    said = json.dumps(SMUGGLED, ensure_ascii=False)[1:-1]
    recordings = list((base / "run" / "recordings").iterdir())
    assert recordings
    for file in recordings:
        recorded = gzip.decompress(file.read_bytes()).decode()
        # what a database of another format, an app and a cloud might say
        for innocent in ("BCM_LockState", "Sending …", "application/json", "BCM-0001"):
            assert innocent in recorded
            recorded = recorded.replace(innocent, f"{innocent} {said}")
        file.write_bytes(gzip.compress(recorded.encode(), mtime=0))
    verdicts = base / "run" / "verdicts.jsonl"
    listed = verdicts.read_text().replace('"reason":"', f'"reason":"{said}')
    verdicts.write_text(listed.replace('"outage":"http_status"', f'"outage":"http_status {said}"'))
    return base / "run"
