"""Faults that need a while, or leave the same behind as a phase does, are met in every phase.

Each was once inconclusive on a sound car, in campaigns that ask every fault in every phase.
"""

import json
from dataclasses import replace

import pytest

from bench.access.runner import run_scenario
from bench.access.selection import campaign
from bench.car.model import load_car
from bench.cli.main import main
from bench.config.bench_file import DEFAULT, load_bench
from bench.events import BadCertificateAccepted, FaultMet, RequestServed
from bench.judge.judge import ask
from bench.judge.verdict import Case

SLOW_TO_MEET = [
    "nat_rebind", "limit_data", "unauthorised", "session_expired", "sessions_lost", "duplicate",
    "replay", "counters_apart",
]  # fmt: skip


@pytest.mark.parametrize("path", ["mechanical_key", "cloud_app"])
def test_a_sound_car_passes_and_the_fault_is_met(path, capsys, tmp_path):
    status = main([
        "run", "--paths", path, "--faults", *SLOW_TO_MEET,
        "--phases", "brown_out", "recovery", "aftermath", "--jobs", "1", "--no-report", "--json",
        "--out", str(tmp_path / "run"),
    ])  # fmt: skip
    verdicts = json.loads(capsys.readouterr().out)["verdicts"]
    assert len(verdicts) == 1 + len(SLOW_TO_MEET) * 3
    assert not [v["reason"] for v in verdicts if v["verdict"] != "pass"]
    assert status == 0


def selected(phase: str, *on: str, intent: str = "unlock"):
    """Return the recording of one outage in a phase, on a path that does not need the cloud."""
    model = load_car("sound", DEFAULT.parent)
    chosen = campaign(
        model, seed=1, only_paths=["nfc_card"], only_owners=["phone_and_card"],
        only_faults=["refuse"], only_phases=[phase],
    )  # fmt: skip
    group = next(g for g in chosen.groups if g.baseline.intent == intent)
    scenario = group.scenarios()[1]
    return run_scenario(load_bench(DEFAULT), model, replace(scenario, defects=on))


def test_the_herd_of_the_recovery_is_a_queue_and_not_a_share_of_refusals():
    recording = selected("recovery")
    assert any(e.fault == "thundering_herd" for _, e in recording.of(FaultMet))
    answers = [(entry.t_ns, e.status) for entry, e in recording.of(RequestServed)]
    refused = [t_ns for t_ns, status in answers if status == 503]
    assert refused
    assert any(status < 300 and t_ns > max(refused) for t_ns, status in answers), "it drains"


@pytest.mark.parametrize(
    ("on", "verdict"), [((), "pass"), (("ignores_certificate_dates",), "fail")]
)
def test_after_a_day_the_cloud_comes_back_with_a_certificate_that_has_lapsed(on, verdict):
    recording = selected("aftermath_24h", *on, intent="start")  # a car in use has its unit awake
    lapsed = [entry.t_ns for entry, e in recording.of(FaultMet) if e.fault == "cert_expired"]
    assert lapsed
    assert min(lapsed) > 24 * 3600 * 1_000_000_000
    assert ask("refuses_bad_certificates", Case(recording)).verdict == verdict
    assert bool(list(recording.of(BadCertificateAccepted))) is bool(on)
