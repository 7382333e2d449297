"""The same buses in other formats than DBC: the same car, the same verdicts."""

from pathlib import Path

import cantools
import pytest
from arxml import as_arxml

from bench.access.choosing.selection import OUTAGE_S
from bench.access.handles.bench import Bench, make_setup
from bench.access.outage import single
from bench.access.runner import run_scenario
from bench.access.scenario import Scenario
from bench.access.timeline import short_timeline
from bench.car.model import load_car
from bench.config.bench_file import DEFAULT, load_bench
from bench.judge.judge import judge

DBC = Path(__file__).parents[2] / "dbc"
BUSES = ("body", "telematics")


def write(database: cantools.database.can.Database, file: Path) -> None:
    if file.suffix == ".arxml":
        file.write_bytes(as_arxml(database))
    else:
        cantools.database.dump_file(database, file)


@pytest.fixture(params=["arxml", "kcd"])
def bench_file(request, tmp_path) -> Path:
    """A bench whose role files name the databases in another format."""
    text = DEFAULT.read_text(encoding="utf-8")
    for bus in BUSES:
        write(cantools.database.load_file(DBC / f"{bus}.dbc"), tmp_path / f"{bus}.{request.param}")
        roles = (DBC / f"{bus}.toml").read_text(encoding="utf-8")
        assert f'"{bus}.dbc"' in roles
        (tmp_path / f"{bus}.toml").write_text(roles.replace(".dbc", f".{request.param}"))
        text = text.replace(f"[can.{bus}]", f'[can.{bus}]\nroles = "{bus}.toml"')
    file = tmp_path / "bench.toml"
    file.write_text(text, encoding="utf-8")
    return file


def verdict_on(file: Path, path: str, intent: str, owner: str, fault: str):
    scenario = Scenario(
        "sound", owner, path, intent, single(fault, OUTAGE_S), short_timeline(OUTAGE_S)
    )
    setup, car = load_bench(file), load_car("sound", file.parent)
    recordings = [run_scenario(setup, car, each) for each in (scenario, scenario.baseline())]
    return judge(*recordings)


@pytest.mark.parametrize(
    ("path", "intent", "owner", "fault"),
    [
        ("ble_key", "unlock", "phone_only", "http_status"),
        ("nfc_card", "start", "phone_and_card", "nxdomain"),
        ("cloud_app", "lock", "phone_only", "out_of_order"),
        ("ble_key", "unlock", "phone_only", "frozen_counter"),
    ],
)
def test_a_database_in_another_format_has_the_same_verdict(bench_file, path, intent, owner, fault):
    there = verdict_on(bench_file, path, intent, owner, fault)
    here = verdict_on(DEFAULT, path, intent, owner, fault)
    assert there.judgements == here.judgements
    assert there.verdict == "pass"


def test_a_restbus_stands_in_for_its_senders(bench_file):
    with (
        Bench(make_setup(bench_file)) as bench,
        bench.can.body.restbus(senders=["PEPS"]) as restbus,
    ):
        sent = {line.message: line.cycle_s for line in restbus.describe()}
    with Bench(make_setup(DEFAULT)) as bench, bench.can.body.restbus(senders=["PEPS"]) as restbus:
        assert sent == {line.message: line.cycle_s for line in restbus.describe()}
    assert sent
