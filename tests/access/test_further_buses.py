"""A car with a bus that no path needs: a test's own."""

from pathlib import Path

import pytest

from bench.access.handles.bench import Bench, make_setup
from bench.config.bench_file import DEFAULT, load_bench
from bench.errors import ConfigError

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("time", ["simulated", "real"])
def test_a_test_sends_and_hears_on_a_bus_of_the_car_s_that_no_path_needs(tmp_path, time):
    car = (ROOT / "bench/cars/sound.toml").read_text()
    comfort = '[can.comfort]\nroles = "telematics.toml"\n\n[can.telematics]'
    (tmp_path / "mine.toml").write_text(car.replace("[can.telematics]", comfort))
    bench = DEFAULT.read_text().replace('time = "simulated"', f'time = "{time}"')
    (tmp_path / "bench.toml").write_text(f"{bench}\n[can.comfort]\n")
    setup = make_setup(tmp_path / "bench.toml", car=str(tmp_path / "mine.toml"))
    with Bench(setup) as opened, opened.can.comfort.restbus(senders=["HU"]) as restbus:
        assert {bus.name for bus in opened.can} == {"body", "telematics", "comfort"}
        restbus.wake()
        restbus.set("HU_VoiceState", VoiceState="listening")
        opened.can.comfort.expect("HU_VoiceState", VoiceState="listening", within_s=2)
        assert opened.owner.unlock("ble_key").acted


@pytest.mark.parametrize("name", ["inner", '"com-fort"'])
def test_what_is_no_name_for_a_bus_is_refused(tmp_path, name):
    (tmp_path / "bench.toml").write_text(f"{DEFAULT.read_text()}\n[can.{name}]\n")
    with pytest.raises(ConfigError, match="is no name for a bus"):
        load_bench(tmp_path / "bench.toml")
