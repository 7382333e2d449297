"""Mutual TLS on a whole bench: what a sound car gives when certificates or clocks go wrong."""

from pathlib import Path

import pytest

from bench.access.choosing.selection import OUTAGE_S
from bench.access.handles.bench import Bench, make_setup
from bench.access.outage import single
from bench.access.path import get_path
from bench.access.runner import run_scenario
from bench.access.scenario import Scenario
from bench.access.timeline import short_timeline
from bench.car.model import load_car
from bench.config.bench_file import DEFAULT, load_bench
from bench.errors import ConfigError
from bench.events import ExchangeFailed, FaultMet, TelematicsState
from bench.judge.judge import judge


@pytest.fixture(scope="module", params=["true", '"push"'])
def mutual(request, tmp_path_factory):
    """A bench file that asks for certificates: of everybody, or of the push service's clients."""
    file = tmp_path_factory.mktemp("mutual") / "bench.toml"
    file.write_text(DEFAULT.read_text() + f"\n[network]\nmutual_tls = {request.param}\n")
    return load_bench(file)


def run(file, path, fault):
    """Run a path's unlock under a fault; return the verdict and the recording."""
    scenario = Scenario(
        "sound", get_path(path).owner, path, "unlock", None, short_timeline(OUTAGE_S)
    )
    model = load_car("sound", Path())
    baseline = run_scenario(file, model, scenario)
    outage = Scenario(**{**scenario.__dict__, "outage": single(fault, OUTAGE_S)})
    recording = run_scenario(file, model, outage)
    return judge(recording, baseline), recording


def events(recording, kind, **which):
    found = [e.event for e in recording.entries if isinstance(e.event, kind)]
    return [e for e in found if all(getattr(e, k) == v for k, v in which.items())]


def test_a_unit_whose_certificate_has_expired_goes_on_trying_and_comes_back(mutual):
    fault = "client_cert_expired:side=both"
    verdict, recording = run(mutual, "ble_key", fault)
    assert verdict.verdict == "pass", verdict.reason
    met = {e.party for e in events(recording, FaultMet)}
    assert "witness_tcu" in met
    failed = events(recording, ExchangeFailed, party="witness_tcu")
    assert "certificate expired" in failed[-1].detail
    states = [e.state for e in events(recording, TelematicsState, unit="witness_tcu")]
    assert states[-2:] == ["connected", "backing_off"], "back, until the bench is closed"


@pytest.mark.parametrize(
    ("policy", "fault", "works"),
    [("soft_fail", "ocsp", True), ("hard_fail", "ocsp", False),
     ("soft_fail", "ocsp:kind=revoked", False)],
)  # fmt: skip
def test_a_phone_goes_on_without_an_answer_or_not_as_decided_and_never_when_revoked(
    policy, fault, works, tmp_path
):
    file = tmp_path / "bench.toml"
    file.write_text(DEFAULT.read_text() + f'\n[network]\nocsp = "{policy}"\n')
    bench = Bench(make_setup(file)).open()
    assert bench.owner.unlock("cloud_app").acted, "positive control"
    bench.wait(60)
    with bench.cloud.failing(fault) as (armed,):
        assert bench.owner.lock("cloud_app").acted is works
        assert bench.owner.lock("ble_key").acted
        assert armed.met
    bench.wait(60)
    assert bench.owner.unlock("cloud_app").acted, "cleared"
    bench.close()


def test_without_mutual_tls_there_is_no_certificate_to_expire():
    bench = Bench(make_setup(DEFAULT)).open()
    with pytest.raises(ConfigError, match=r"nobody has to show .* network.mutual_tls"):
        bench.cloud.failing("client_cert_expired").__enter__()
    with pytest.raises(ConfigError, match=r"nobody asks whether .* network.ocsp"):
        bench.cloud.failing("ocsp").__enter__()
    bench.close()


@pytest.mark.parametrize("whose", ["tcu", "phone", "car"])
def test_a_clock_that_begins_anew_in_1970_takes_no_local_key_away(whose):
    bench = Bench(make_setup(DEFAULT)).open()
    assert bench.owner.unlock("ble_key").acted, "positive control"
    bench.wait(60)
    with bench.cloud.failing(f"clock_skew:whose={whose},at_1970=True"):
        assert bench.owner.lock("ble_key").acted
        bench.wait(60)
        assert bench.owner.unlock("ble_key").acted
    bench.close()
