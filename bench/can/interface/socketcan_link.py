"""A SocketCAN channel before it is used: is it there, is it up, does it run as the file says?

python-can takes `bitrate` for SocketCAN and ignores it: the operating system sets it. A channel
that is down opens without an error, and a wrong bit rate shows as error frames at best.
"""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.errors import CanFault, nearest

NET = Path("/sys/class/net")
ARPHRD_CAN = "280"  # linux/if_arp.h
IFF_UP = 0x1
CANFD_MTU = 72
PATIENCE_S = 5.0


@dataclass(frozen=True)
class Link:
    """What the system says of a channel.

    Attributes:
        up: whether it is switched on.
        fd: whether it carries CAN FD.
        bitrate, data_bitrate: in bit/s; None where there is none (vcan), or nobody to ask.
    """

    up: bool
    fd: bool
    bitrate: int | None
    data_bitrate: int | None


def channels(net: Path = NET) -> list[str]:
    """Return the CAN channels of this computer, by name."""
    return sorted(
        folder.name
        for folder in (net.iterdir() if net.is_dir() else ())
        if (folder / "type").is_file() and (folder / "type").read_text().strip() == ARPHRD_CAN
    )


def look(channel: str, net: Path = NET) -> Link | None:
    """Return what the system says of a channel; None if it is not there."""
    if channel not in channels(net):
        return None
    folder = net / channel
    flags = int((folder / "flags").read_text(), 16)
    mtu = int((folder / "mtu").read_text())
    return Link(bool(flags & IFF_UP), mtu >= CANFD_MTU, *_bit_rates(channel))


def _bit_rates(channel: str) -> tuple[int | None, int | None]:
    """Return what iproute2 says of a channel's bit timing."""
    command = ["ip", "-json", "-details", "link", "show", "dev", channel]
    try:
        done = subprocess.run(  # noqa: S603 the channel is one that the kernel has named
            command, capture_output=True, timeout=PATIENCE_S, check=True
        )
        data = json.loads(done.stdout)[0].get("linkinfo", {}).get("info_data", {})
    except (OSError, subprocess.SubprocessError, ValueError, LookupError, AttributeError):
        return None, None
    rates = (data.get(key, {}).get("bitrate") for key in ("bittiming", "data_bittiming"))
    bitrate, data_bitrate = rates
    return bitrate, data_bitrate


def check_link(
    where: str, channel: str, bitrate: int | None, data_bitrate: int | None, net: Path = NET
) -> None:
    """Raise CanFault for a channel that is not there, is down, or runs otherwise than is asked.

    `where` is the section of the bench file that names it: "can.body", "lin.door".
    """
    link = look(channel, net)
    if link is None:
        raise CanFault(
            f'{where}: there is no CAN channel "{channel}": {nearest(channel, channels(net))}'
        )
    asked = "" if bitrate is None else f" type can bitrate {bitrate}"
    if not link.up:
        raise CanFault(f"{where}: {channel} is down: ip link set {channel} up{asked}")
    if data_bitrate is not None and not link.fd:
        raise CanFault(
            f"{where}: data_bitrate is set, and {channel} does not carry CAN FD: "
            f"ip link set {channel} down, then up with type can … fd on (vcan: mtu {CANFD_MTU})"
        )
    for name, wanted, found in (
        ("bitrate", bitrate, link.bitrate),
        ("data_bitrate", data_bitrate, link.data_bitrate),
    ):
        if None not in (wanted, found) and wanted != found:
            raise CanFault(
                f"{where}.{name}: {wanted}, and {channel} runs at {found} bit/s: "
                f"set it with ip link set {channel} type can, or correct the bench file"
            )
