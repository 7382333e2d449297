"""The calibration pair: GWM must fail and BYD must pass on this bench."""

import json
from pathlib import Path

import pytest
from real_databases import needs_opendbc

from bench.access.incident import incident_names, load_incident
from bench.cli.main import main


def replay(capsys: pytest.CaptureFixture[str], out: Path, *arguments: str) -> tuple[int, dict]:
    status = main(["replay", *arguments, "--out", str(out), "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_the_coupled_phone_key_fails_in_the_gwm_hour(capsys, tmp_path):
    status, run = replay(
        capsys, tmp_path / "run", "gwm-2025-03-21", "--car", "cloud_bound_key",
        "--owners", "phone_only", "phone_and_blade",
        "--paths", "cloud_app", "ble_key", "mechanical_key", "flat_fob",
    )  # fmt: skip
    assert status == 1
    failed = {v["path"] for v in run["verdicts"] if v["verdict"] == "fail"}
    assert failed == {"ble_key"}
    reasons = [v["reason"] for v in run["verdicts"] if v["verdict"] == "fail" and v["outage"]]
    assert reasons
    assert all("ble_key did not" in reason for reason in reasons)
    alone, prepared = (run["stranded_minutes"][o] for o in ("phone_only", "phone_and_blade"))
    assert alone["locked_out"] >= 45
    assert alone["cannot_start"] >= 45
    assert set(prepared.values()) == {0}


def test_independent_keys_pass_in_the_byd_half_hour_and_say_what_was_lost(capsys, tmp_path):
    status, run = replay(
        capsys, tmp_path / "run", "byd-2025-01-09", "--car", "independent_keys",
        "--owners", "phone_only",
        "--paths", "cloud_app", "ble_key", "nfc_phone", "voice",
    )  # fmt: skip
    assert status == 0
    in_outage = {(v["path"], v["intent"]): v for v in run["verdicts"] if v["outage"]}
    for path in ("ble_key", "nfc_phone"):
        for intent in ("unlock", "lock", "start"):
            assert in_outage[path, intent]["outcome"] == "acted"
    assert in_outage["voice", "wake"]["outcome"] == "acted"
    for lost in (("cloud_app", "unlock"), ("voice", "unlock")):
        assert in_outage[lost]["outcome"] == "refused"
        assert in_outage[lost]["oracle"] == "honest_claims"
    assert set(run["stranded_minutes"]["phone_only"].values()) == {0}


@needs_opendbc
def test_the_gwm_hour_on_the_real_haval_database_strands_nobody_with_sound_keys(capsys, tmp_path):
    status, run = replay(
        capsys, tmp_path / "run", "gwm-2025-03-21", "--car", "haval_h6",
        "--owners", "phone_only", "--paths", "ble_key", "cloud_app",
    )  # fmt: skip
    assert status == 0
    assert set(run["stranded_minutes"]["phone_only"].values()) == {0}


@pytest.mark.parametrize("name", incident_names())
def test_every_incident_names_its_sources_and_what_is_assumed(name):
    incident = load_incident(name, Path())
    assert incident.file.sources
    assert incident.file.assumed
    assert all(phase.basis for phase in incident.file.phases)
