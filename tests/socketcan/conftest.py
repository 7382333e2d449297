"""Shared by the tests on real SocketCAN: buses on real channels, and channels that are put right."""

import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import can
import pytest
from socketcan_side import Side, ip, up

from bench.clock.real import RealTime


@pytest.fixture
def real() -> Iterator[RealTime]:
    base = RealTime(guard_s=60)
    yield base
    base.close()


@pytest.fixture
def connect(real) -> Iterator[Callable[..., Side]]:
    """Connects the bench to a channel."""
    sides: list[Side] = []

    def make(channel: str, **options: Any) -> Side:
        sides.append(Side(real, channel, **options))
        return sides[-1]

    yield make
    for side in sides:
        side.call(side.bus.close)


@pytest.fixture
def plain() -> Iterator[Callable[..., can.BusABC]]:
    """Opens a channel by python-can alone: somebody else on the bus."""
    buses: list[can.BusABC] = []

    def make(channel: str, **options: Any) -> can.BusABC:
        buses.append(can.Bus(interface="socketcan", channel=channel, **options))
        return buses[-1]

    yield make
    for bus in buses:
        bus.shutdown()


@pytest.fixture
def fd_channel() -> Iterator[str]:
    """A virtual channel that carries CAN FD."""
    ip("link", "add", "vcanfd", "type", "vcan")
    ip("link", "set", "vcanfd", "mtu", "72")
    up("vcanfd")
    yield "vcanfd"
    ip("link", "del", "vcanfd")


@pytest.fixture
def vanishing() -> Iterator[str]:
    """A virtual channel that a test may take away."""
    ip("link", "add", "vcangone", "type", "vcan")
    up("vcangone")
    yield "vcangone"
    subprocess.run(["ip", "link", "del", "vcangone"], check=False, capture_output=True, timeout=20)


@pytest.fixture
def can0_restored() -> Iterator[None]:
    yield
    ip("link", "set", "can0", "down")
    up("can0")
