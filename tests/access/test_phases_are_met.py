"""Faults that need a while, or leave the same behind as a phase does, are met in every phase.

Each was once inconclusive on a sound car, in campaigns that ask every fault in every phase.
"""

import json
from dataclasses import replace

import pytest

from bench.access.choosing.choice import Choice
from bench.access.choosing.selection import campaign
from bench.access.choosing.setting import Setting
from bench.access.runner import run_scenario
from bench.car.model import load_car
from bench.cli.main import main
from bench.config.bench_file import DEFAULT, load_bench
from bench.errors import ConfigError
from bench.events import BadCertificateAccepted, FaultMet, RequestServed
from bench.judge.asking import ask
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
        model,
        Choice(paths=["nfc_card"], owners=["phone_and_card"], faults=["refuse"], phases=[phase]),
        seed=1,
    )
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


HOUR_S = 3600.0


def after_a_day(certificate_s: float, fault: str = "refuse"):
    """Return the outage of a day's aftermath, where certificates of clients live for so long."""
    chosen = campaign(
        load_car("sound", DEFAULT.parent),
        Choice(paths=["nfc_card"], faults=[fault], phases=["aftermath_24h"]),
        seed=1,
        setting=Setting(certificate_s=certificate_s),
    )
    return chosen.groups[0].outages[0]


@pytest.mark.parametrize("certificate_s", [0.0, 24 * HOUR_S, 365 * 24 * HOUR_S])
def test_certificates_that_outlive_the_outage_do_not_lapse_in_it(certificate_s):
    assert after_a_day(certificate_s) == after_a_day(0.0)
    assert not [s for s in after_a_day(certificate_s).specs if "client" in s]


def test_certificates_that_live_for_less_lapse_in_it_and_are_renewed_after_the_cloud_s():
    outage, usual = after_a_day(12 * HOUR_S), after_a_day(0.0)
    clients = "client_cert_expired:side=both,cut=False"
    told = [(p.name, p.duration_s, p.faults) for p in outage.phases]
    assert told == [
        ("down", 12 * HOUR_S, ("refuse",)),
        ("down", 12 * HOUR_S, ("refuse", clients)),
        ("aftermath", 300.0, ("cert_expired:cut=True", clients)),
        ("aftermath", 600.0, (clients,)),
    ]
    assert outage.duration_s == usual.duration_s
    assert ("aftermath", ("cert_expired", "client_cert_expired")) in outage.asked.meets


def test_certificates_that_are_the_fault_itself_do_not_lapse_twice():
    outage = after_a_day(12 * HOUR_S, "client_cert_expired")
    assert outage == after_a_day(0.0, "client_cert_expired")


@pytest.mark.parametrize(("path", "mutual"), [("nfc_card", "true"), ("cloud_app", '"push"')])
def test_after_a_day_phone_and_car_show_certificates_that_have_lapsed_until_they_are_renewed(
    path, mutual, tmp_path, capsys
):
    bench = tmp_path / "bench.toml"
    bench.write_text(
        DEFAULT.read_text()
        + f"\n[network]\nmutual_tls = {mutual}\nclient_certificate_s = {12 * HOUR_S}\n"
    )
    chosen = ["--paths", path, "--faults", "refuse", "--phases", "aftermath_24h"]
    more = ["--jobs", "1", "--no-report", "--json", "--out", str(tmp_path / "run")]
    status = main(["run", "--bench", str(bench), *chosen, *more])
    verdicts = json.loads(capsys.readouterr().out)["verdicts"]
    assert not [v["reason"] for v in verdicts if v["verdict"] != "pass"]
    assert status == 0
    for verdict in (v for v in verdicts if v["outage"]):
        assert verdict["faults_met"]["client_cert_expired"] > 0
        assert verdict["faults_met"]["cert_expired"] > 0


def test_a_life_of_certificates_that_nobody_shows_is_one_clear_error(tmp_path):
    bench = tmp_path / "bench.toml"
    bench.write_text(DEFAULT.read_text() + "\n[network]\nclient_certificate_s = 3600\n")
    with pytest.raises(ConfigError, match=r"network\.client_certificate_s: .*mutual_tls = true"):
        load_bench(bench)
