"""A certificate that the bench cannot present is its own fault, and no refusal of anybody's."""

import errno
import os
import ssl
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest

from bench.access.outage import single
from bench.access.runner import run_scenario
from bench.access.scenario import Scenario
from bench.access.timeline import short_timeline
from bench.car.model import load_car
from bench.config.bench_file import DEFAULT, load_bench
from bench.errors import StationError
from bench.guardian import shared_folder
from bench.network import certificates
from bench.network.authority import Authority, now

ROOT = Authority("Root of a test")


@pytest.fixture
def no_room(monkeypatch):
    """Have no temporary file written."""

    def refuse(*_arguments, **_rest):
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "gettempdir", refuse)
    monkeypatch.setattr(tempfile, "mkdtemp", refuse)


@pytest.mark.usefixtures("no_room")
def test_a_certificate_is_loaded_where_no_disk_has_room():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    day = timedelta(days=1)
    certificates.load_chain(context, ROOT.issue("x.invalid", now() - day, now() + day))
    assert context.cert_store_stats()["x509"] == 0  # what it shows is in no store: it was taken


@pytest.mark.usefixtures("no_room")
def test_the_folder_for_temporary_files_is_known_where_no_disk_has_room():
    assert shared_folder.temporary() == Path("/tmp")  # noqa: S108 as everywhere


def test_a_certificate_that_cannot_be_presented_ends_the_scenario_and_is_no_fault_met(monkeypatch):
    load_chain = certificates.load_chain

    def full(context, chain):
        if os.environ.get("FULL"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        load_chain(context, chain)

    monkeypatch.setattr(certificates, "load_chain", full)
    monkeypatch.setattr(certificates, "_server_context", certificates._server_context.__wrapped__)
    file, model = load_bench(DEFAULT), load_car("sound", Path())
    scenario = Scenario(
        "sound", "phone_only", "cloud_app", "unlock", single("cert_expired", 120.0),
        short_timeline(120.0),
    )  # fmt: skip
    run_scenario(file, model, scenario)
    monkeypatch.setenv("FULL", "1")
    with pytest.raises(StationError, match=r"could not present a certificate: OSError: .*No space"):
        run_scenario(file, model, scenario)
