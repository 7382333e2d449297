"""Opening python-can's interfaces: whatever keeps one shut is an error that names the bus."""

import socket
import subprocess
import sys

import can
import pytest

from bench.can.interface.opening import open_channel
from bench.errors import CanFault

NO_DRIVER = NameError("name 'canGetNumberOfChannels' is not defined")  # what Kvaser's ends in
MULTICAST = """
from bench.can.interface.opening import open_channel
from bench.errors import CanFault
try:
    open_channel("body", "udp_multicast", "10.1.1.1")  # no group's address
except CanFault as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("ends_in", "said"),
    [
        (
            NO_DRIVER,
            "cannot be opened: NameError: name 'canGetNumberOfChannels' is not defined; is",
        ),
        (
            can.CanInitializationError("no such channel."),
            "cannot be opened: no such channel; is its",
        ),
    ],
)
def test_whatever_an_interface_without_its_driver_ends_in_names_the_bus(monkeypatch, ends_in, said):
    def refuses(**_options):
        raise ends_in

    monkeypatch.setattr(can, "Bus", refuses)
    with pytest.raises(CanFault) as refused:
        open_channel("body", "kvaser", 0)
    assert str(refused.value).startswith(f"can.body: kvaser 0 {said}")


def test_an_interface_whose_module_cannot_be_loaded_here_names_the_bus():
    with pytest.raises(CanFault, match=r"can\.body: etas .* cannot be opened"):
        open_channel("body", "etas", "ETAS://ETH/ES910:abcd/CAN:1", bitrate=500_000)


def test_what_the_kernel_says_against_it_is_said():
    """python-can only says that it could not; which of the reasons it was helps."""
    pytest.importorskip("msgpack")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("", 0))
        port = taken.getsockname()[1]
        with pytest.raises(CanFault, match=r"could not create .* socket: Address already in use;"):
            open_channel("body", "udp_multicast", "239.74.163.9", port=port, hop_limit=0)


def test_python_can_s_own_remarks_do_not_stand_beside_the_error():
    pytest.importorskip("msgpack")
    ended = subprocess.run(
        [sys.executable, "-c", MULTICAST], capture_output=True, text=True, check=False
    )
    assert ended.stdout.startswith("can.body: udp_multicast '10.1.1.1' cannot be opened")
    assert ended.stderr == ""
