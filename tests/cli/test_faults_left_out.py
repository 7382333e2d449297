"""Faults that a bench cannot do: refused before anything runs, or left out and said to be."""

import json

import pytest
from refusals import INCIDENTS, bench_file, refused

from bench.cli.main import main


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--faults", "http_status", "ocsp"], "ocsp: nobody asks whether a certificate was"),
        (["--faults", "http_status", "client_cert_expired"], "network.mutual_tls = true"),
        (["--faults", "http_status", "lost_node:node=XYZ"], 'no simulated node "XYZ"'),
        (["--faults", "refuse", "open_wire:wire=no_such"], "open_wire"),
        (["--faults", "http_status", "ocsp", "--jobs", "2", "--repeat", "2"], "network.ocsp"),
    ],
)
def test_a_fault_that_this_bench_cannot_do_is_refused_before_anything_runs(
    capsys, tmp_path, options, said
):
    out = tmp_path / "run"
    arguments = ["run", "--paths", "rke_fob", "--out", str(out), "--no-report", *options]
    assert said in refused(capsys, *arguments)
    assert not out.exists()
    assert said in refused(capsys, *arguments, "--plan")


def test_an_incident_with_such_a_fault_is_refused_before_anything_runs(capsys, tmp_path):
    text = (INCIDENTS / "gwm-2025-03-21.toml").read_text()
    file = tmp_path / "mine.toml"
    file.write_text(text.replace("faults = [", 'faults = ["lost_node:node=XYZ", ', 1))
    out = tmp_path / "run"
    arguments = ["replay", str(file), "--paths", "ble_key", "--out", str(out), "--no-report"]
    said = "mine.toml: phases.0.faults: lost_node"
    error = refused(capsys, *arguments)
    assert said in error
    assert 'no simulated node "XYZ"' in error
    assert not out.exists()
    assert said in refused(capsys, *arguments, "--plan")


@pytest.mark.parametrize(
    ("more", "left_out"),
    [("", {"client_cert_expired": "network.mutual_tls", "ocsp": "network.ocsp"}),
     ('\n[network]\nocsp = "hard_fail"\n', {"client_cert_expired": "network.mutual_tls"}),
     ('\n[network]\nocsp = "hard_fail"\nmutual_tls = "push"\n', {})],
)  # fmt: skip
@pytest.mark.parametrize("options", [[], ["--full"]])
def test_a_campaign_says_which_faults_it_leaves_out_and_why(
    capsys, tmp_path, more, left_out, options
):
    file = bench_file(tmp_path, more=more)
    assert main(["run", "--bench", file, *options, "--plan", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["faults_left_out"]
    keys = {f: why for f, why in told.items() if f in {"client_cert_expired", "ocsp"}}
    assert keys == {f: f"the bench file does not switch on {key}" for f, key in left_out.items()}
    assert "mqtt" in told["puback_lost"]
    assert main(["run", "--bench", file, *options, "--plan"]) == 0
    said = capsys.readouterr().out
    assert all(f"left out: {f}: {why}\n" in said for f, why in told.items())
