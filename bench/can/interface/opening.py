"""Opening a python-can interface, and seeing at once what would only be noticed later."""

import importlib
import inspect
import logging
import os
from collections.abc import Callable
from difflib import get_close_matches
from importlib.util import find_spec
from typing import Any

import can

from bench.can.interface import kernel_socket
from bench.can.interface.receiver import descriptor_of
from bench.can.interface.socketcan_link import check_link
from bench.can.interface.time_stamps import time_stamps
from bench.can.interface.traits import Traits
from bench.errors import CanFault, ConfigError, MissingExtra, nearest

# what python-can logs is for who asks for logs: unasked, Python writes it on standard error
logging.getLogger("can").addHandler(logging.NullHandler())

SIMULATED = "simulated"
SLIP = 0.85  # how much alike a slip of the pen is: "hoplimit", not "limit"


def check_interface(where: str, interface: str, *, real: bool) -> None:
    """Raise ConfigError for an interface that nobody knows, or that needs real time.

    Args:
        where: the file and section that name it.
        interface: python-can's word, or "simulated".
        real: whether the bench keeps real time.
    """
    known = [SIMULATED, *can.VALID_INTERFACES]
    if interface not in known:
        raise ConfigError(f'{where}.interface: no "{interface}": {nearest(interface, known)}')
    if interface != SIMULATED and not real:
        raise ConfigError(f'{where}.interface: {interface} needs time = "real"')


def open_channel(
    bus: str, interface: str, channel: Any, *, room: str = "can", **options: Any
) -> can.BusABC:
    """Open a python-can interface.

    Args:
        bus: whose it is, by its name in the bench file.
        interface: python-can's word.
        channel: in the words of that interface.
        room: the section of the bench file that errors name ("can", "lin").
        options: python-can's; bitrate and data_bitrate are compared with a SocketCAN channel's.

    Raises:
        MissingExtra: it needs a package that is not installed.
        ConfigError: an option is a slip of the pen away from one of its own.
        CanFault: it is not there, is down, or runs at another bit rate.
    """
    _check_options(f"{room}.{bus}.options", interface, options)
    if interface == "socketcan":
        bitrate, data_bitrate = options.get("bitrate"), options.get("data_bitrate")
        check_link(f"{room}.{bus}", str(channel), bitrate, data_bitrate)
    opened = _opened(interface, channel, options)
    if isinstance(opened, str):
        if interface == "udp_multicast" and find_spec("msgpack") is None:
            raise MissingExtra(f"{room}.{bus}.interface: {interface}", "multicast")
        raise CanFault(
            f"{room}.{bus}: {interface} {channel!r} cannot be opened: {opened}; "
            "is its driver installed, is it there, and up?"
        )
    descriptor = descriptor_of(opened)
    if interface == "udp_multicast":
        kernel_socket.only_own_groups(descriptor)
    pending = kernel_socket.pending_error(descriptor)
    if pending:
        opened.shutdown()
        raise CanFault(f"{room}.{bus}: {interface} {channel!r}: {os.strerror(pending)}")
    return opened


def _opened(interface: str, channel: Any, options: dict[str, Any]) -> can.BusABC | str:
    """Return python-can's bus, or in words what keeps it from being one.

    An interface whose driver is missing may end in anything: a NameError, say (Kvaser's).
    """
    try:
        return can.Bus(interface=interface, channel=channel, **options)
    except Exception as error:
        known = isinstance(error, can.CanError | OSError | ValueError | ImportError | TypeError)
        said = str(error).rstrip(".") if known else f"{type(error).__name__}: {error}"
        cause = error.__cause__  # of the kernel, where python-can only says what it had in mind
        why = isinstance(cause, OSError) and cause.strerror
        return f"{said}: {why}" if why and why not in said else said


def _check_options(where: str, interface: str, options: dict[str, Any]) -> None:
    """Raise ConfigError for a slip of the pen: most interfaces ignore what they do not know."""
    known = _own_options(interface)
    for option in options:
        near = get_close_matches(option, known, n=1, cutoff=SLIP)
        if near and option not in known:
            raise ConfigError(f'{where}: {interface} has no "{option}": did you mean "{near[0]}"?')


def _own_options(interface: str) -> list[str]:
    """Return an interface's own options: none where it cannot be loaded, which opening it says."""
    module, name = can.interfaces.BACKENDS.get(interface, ("", ""))
    try:
        made = getattr(importlib.import_module(module), name)
    except Exception:
        return []
    return [*inspect.signature(made.__init__).parameters]


def traits_of(
    bus: str, interface: str, now_ns: Callable[[], int], *, kernel_cyclic: bool = False
) -> Traits:
    """Return what is particular about one of python-can's interfaces.

    Args:
        bus: whose it is, by its name in the bench file.
        interface: python-can's word.
        now_ns: the bench clock.
        kernel_cyclic: let the kernel send cyclic messages.

    Raises:
        ConfigError: the kernel sends none for this interface.
    """
    if kernel_cyclic and interface != "socketcan":
        raise ConfigError(
            f'can.{bus}.cyclic: "kernel" is the broadcast manager of socketcan, not of {interface}'
        )
    echoes = interface == "udp_multicast"
    return Traits(time_stamps(interface, now_ns), echoes=echoes, kernel_cyclic=kernel_cyclic)
