"""Interfaces of this computer by name, and which addresses are nobody else's."""

import fcntl
import socket
import struct
from ipaddress import IPv4Address, ip_address

_SIOCGIFADDR = 0x8915  # linux/sockios.h: get an interface's address
_ADDRESS = slice(20, 24)  # of struct ifreq, behind name, family and port


def is_loopback(address: str) -> bool:
    """Return whether only this computer can reach an address.

    >>> is_loopback("127.0.0.1"), is_loopback("192.168.7.1"), is_loopback("0.0.0.0")
    (True, False, False)
    """
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def interface_names() -> list[str]:
    """Return the names of this computer's interfaces."""
    return [name for _, name in socket.if_nameindex()]


def address_of(name: str) -> str | None:
    """Return the IPv4 address of an interface, or of an address itself; None without one."""
    try:
        return str(IPv4Address(name))
    except ValueError:
        pass
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            request = struct.pack("256s", name.encode()[:15])
            answer = fcntl.ioctl(sock.fileno(), _SIOCGIFADDR, request)
        except OSError:  # no such interface, or it has no address
            return None
    return socket.inet_ntoa(answer[_ADDRESS])
