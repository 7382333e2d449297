"""The stamp of a verdict: one rule, from what the bench file names."""

from pathlib import Path

import pytest

from bench.config.bench_file import DEFAULT, load_bench
from bench.station.stamp import stamp_of

REAL = '[bench]\ntime = "real"\n'


def stamp(tmp_path: Path, text: str) -> str:
    file = tmp_path / "bench.toml"
    file.write_text(text)
    return stamp_of(load_bench(file).content)


def test_a_bench_in_simulated_time_is_simulated():
    assert stamp_of(load_bench(DEFAULT).content) == "simulated"


@pytest.mark.parametrize(
    "more",
    [
        "",
        '[can.body]\ninterface = "virtual"\nchannel = "b"\n',
        '[can.body]\ninterface = "udp_multicast"\nchannel = "239.0.0.1"\n',
        '[can.body]\ninterface = "socketcan"\nchannel = "vcan0"\n',
        '[relays.a]\nmodel = "numato_usb"\nresource = "ASRL1::INSTR"\nbackend = "@pty"\nchannels = {}\n',
    ],
)
def test_a_bench_of_twins_in_real_time_is_virtual(tmp_path, more):
    assert stamp(tmp_path, REAL + more) == "virtual"


@pytest.mark.parametrize(
    "more",
    [
        '[can.body]\ninterface = "socketcan"\nchannel = "can0"\n',
        '[can.body]\ninterface = "pcan"\nchannel = "PCAN_USBBUS1"\n',
        '[lin.door]\ninterface = "socketcan"\nchannel = "sllin0"\n',
        '[relays.a]\nmodel = "numato_usb"\nresource = "ASRL1::INSTR"\nchannels = {}\n',
        '[supplies.a]\nmodel = "rigol_dp832"\nresource = "TCPIP0::10.0.0.1::5555::SOCKET"\n',
        '[meters.a]\nmodel = "siglent_sdm3055"\nresource = "USB0::1::2::3::INSTR"\nchannels = {}\n',
        '[car]\nreal = ["bcm"]\n',
        '[telematics]\nunit = "real"\n',
    ],
)
def test_one_thing_of_copper_makes_a_bench_hardware(tmp_path, more):
    assert stamp(tmp_path, REAL + more) == "hardware"
