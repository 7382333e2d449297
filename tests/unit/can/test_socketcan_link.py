"""What is wrong with a SocketCAN channel is said before anything runs."""

from pathlib import Path

import pytest

from bench.can.interface import socketcan_link
from bench.can.interface.opening import open_channel
from bench.can.interface.socketcan_link import Link, channels, check_link, look
from bench.errors import CanFault


@pytest.fixture
def net(tmp_path) -> Path:
    """A computer with a channel that is up, one that is down, and an Ethernet card."""
    for name, kind, flags, mtu in (
        ("can0", 280, 0x40081, 16), ("can1", 280, 0x40080, 16), ("vcan0", 280, 0x81, 72),
        ("eth0", 1, 0x1003, 1500),
    ):  # fmt: skip
        folder = tmp_path / name
        folder.mkdir()
        (folder / "type").write_text(f"{kind}\n")
        (folder / "flags").write_text(f"{flags:#x}\n")
        (folder / "mtu").write_text(f"{mtu}\n")
    return tmp_path


@pytest.fixture
def at_500k(monkeypatch) -> None:
    monkeypatch.setattr(socketcan_link, "_bit_rates", lambda _channel: (500_000, None))


def test_only_can_channels_are_found(net):
    assert channels(net) == ["can0", "can1", "vcan0"]


def test_a_computer_without_a_network_has_no_channels(tmp_path):
    assert channels(tmp_path / "nothing") == []


def test_a_channel_is_described(net, at_500k):
    assert look("can0", net) == Link(up=True, fd=False, bitrate=500_000, data_bitrate=None)


def test_where_nobody_knows_the_bit_rate_none_is_compared(net, monkeypatch):
    monkeypatch.setenv("PATH", str(net))  # no ip there
    assert look("can0", net) == Link(up=True, fd=False, bitrate=None, data_bitrate=None)
    check_link("can.body", "can0", 250_000, None, net)


@pytest.mark.parametrize(
    ("channel", "bitrate", "data_bitrate", "said"),
    [
        ("can7", None, None, r'no CAN channel "can7": did you mean "can[01]"'),
        ("eth0", None, None, r'no CAN channel "eth0"'),
        ("can1", 500_000, None, "can1 is down: ip link set can1 up type can bitrate 500000"),
        ("can0", 250_000, None, r"can.body.bitrate: 250000, and can0 runs at 500000 bit/s"),
        ("can0", 500_000, 2_000_000, "can0 does not carry CAN FD"),
    ],
)
def test_a_channel_that_does_not_fit_is_refused_with_what_to_do(
    net, at_500k, channel, bitrate, data_bitrate, said
):
    with pytest.raises(CanFault, match=said):
        check_link("can.body", channel, bitrate, data_bitrate, net)


def test_a_channel_that_fits_is_accepted(net, at_500k):
    check_link("can.body", "can0", 500_000, None, net)
    check_link("can.body", "can0", None, None, net)


def test_a_lin_channel_that_is_not_there_is_told_by_its_own_section():
    with pytest.raises(CanFault, match=r"^lin\.door: there is no CAN channel \"sllin0\""):
        open_channel("door", "socketcan", "sllin0", room="lin")
