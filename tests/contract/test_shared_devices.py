"""Several instruments at one resource are one device: its twin serves all of them."""

import pytest
from contract_subjects import next_number

from bench.access.handles.bench import open_bench
from bench.config.bench_file import DEFAULT
from bench.errors import ConfigError

BOARD = """
[relays.owner]
model = "{relays}"
backend = "@sim"
resource = "ASRL{number}::INSTR"
channels = {{ fob_button_unlock = 1 }}

[relays.more]
model = "{relays}"
backend = "@sim"
resource = "ASRL{number}::INSTR"
channels = {{ fob_button_lock = 2 }}

[meters.owner]
model = "{inputs}"
backend = "@sim"
resource = "ASRL{number}::INSTR"
channels = {{ fob_lamp = 1 }}
inverted = ["fob_lamp"]

[meters.more]
model = "{inputs}"
backend = "@sim"
resource = "ASRL{number}::INSTR"
channels = {{ card_seen_at_pillar = 2 }}

[supplies.fob_cell]
model = "rigol_dp832"
backend = "@sim"
resource = "ASRL{supply}::INSTR"
channel = 3
voltage_v = 3.0
current_limit_a = 0.1

[owner.fob]
button_unlock = "relays.owner.fob_button_unlock"
button_lock = "relays.more.fob_button_lock"
cell = "supplies.fob_cell"
sense = "meters.owner.fob_lamp"
"""
KL30 = """[supplies.kl30]
model = "rigol_dp832"
backend = "@sim"
resource = "ASRL{supply}::INSTR"
channel = 2
net = "terminal_30"
voltage_v = 13.5
current_limit_a = 3.0
"""


def bench_file(folder, relays, inputs):
    """Return a bench whose owner's things hang on one board, and with the car on one supply."""
    numbers = {"number": next_number(), "supply": next_number()}
    text = DEFAULT.read_text(encoding="utf-8")
    begin = text.index("[supplies.kl30]")
    end = text.index("[meters.locks]")
    car = text[:begin] + KL30.format(**numbers) + "\n" + text[end:]
    file = folder / "bench.toml"
    file.write_text(car + BOARD.format(relays=relays, inputs=inputs, **numbers))
    return file


@pytest.mark.parametrize(
    ("relays", "inputs"),
    [("numato_usb", "numato_usb_inputs"), ("waveshare_modbus_relay", "waveshare_modbus_inputs")],
)
def test_relays_and_inputs_of_a_board_and_outputs_of_a_supply_are_one_device_each(
    tmp_path, relays, inputs
):
    with open_bench(bench_file(tmp_path, relays, inputs), owner="phone_and_fob") as bench:
        wiring, lines = bench.station.wiring, bench.station.instruments.lines
        assert (wiring.net("terminal_30").mv, wiring.net("fob_cell").mv) == (13_500, 3_000)
        with bench.relays.fob_button_lock.closed():
            assert wiring.net("fob_button_lock").mv
            assert not wiring.net("fob_button_unlock").mv
            bench.wait(0.05)
            assert lines.level_of("fob_lamp") == "closed"
            assert lines.level_of("card_seen_at_pillar") == "open"
        bench.wait(1.0)
        assert lines.level_of("fob_lamp") == "open"
        bench.supplies.fob_cell.off()
        assert (wiring.net("terminal_30").mv, wiring.net("fob_cell").mv) == (13_500, 0)


def test_two_devices_at_one_resource_are_refused(tmp_path):
    file = bench_file(tmp_path, "numato_usb", "waveshare_modbus_inputs")
    with pytest.raises(ConfigError) as refused, open_bench(file):
        pass
    assert "meters.owner.model: at ASRL" in str(refused.value)
    assert "there is owner already, which is another device" in str(refused.value)
