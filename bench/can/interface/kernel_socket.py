"""What the kernel knows of an interface's socket and python-can does not ask."""

import contextlib
import errno
import os
import socket
import struct
from collections.abc import Iterator

SO_RCVBUFFORCE, SO_MEMINFO = 33, 55  # linux/asm-generic/socket.h
IP_MULTICAST_ALL, IPV6_MULTICAST_ALL = 49, 29  # linux/in.h, linux/in6.h
MEMINFO = struct.Struct("=9I")  # linux/sock_diag.h: SK_MEMINFO_*, the last is DROPS
MOST_BEFORE = 10_000  # more datagrams than fit into a socket's buffer before it is widened
BUFFER_BYTES = 8 << 20  # some 30,000 frames of classic CAN: each takes a whole socket buffer


@contextlib.contextmanager
def _socket_of(descriptor: int) -> Iterator[socket.socket]:
    """Look at somebody else's socket, and leave it open; raises OSError for what is none."""
    if descriptor < 0:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    looked_at = socket.socket(fileno=descriptor)
    try:
        yield looked_at
    finally:
        looked_at.detach()


def widen(descriptor: int) -> None:
    """Let the kernel hold more frames for a reader that is late; as many as the system allows."""
    with contextlib.suppress(OSError), _socket_of(descriptor) as looked_at:
        # SO_RCVBUFFORCE passes over the system's limit, with the right to administer networks
        with contextlib.suppress(OSError):
            looked_at.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_BYTES)
            return
        looked_at.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)


def dropped(descriptor: int) -> int:
    """Return how many frames the kernel has thrown away because nobody took them in time."""
    if descriptor < 0:  # asked after each batch, also of interfaces that have no socket
        return 0
    with contextlib.suppress(OSError, struct.error), _socket_of(descriptor) as looked_at:
        answer = looked_at.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, MEMINFO.size)
        return int(MEMINFO.unpack(answer)[8])
    return 0


def pending_error(descriptor: int) -> int:
    """Return the errno that waits in a socket (0: none), as ENETDOWN for a channel that is down."""
    with contextlib.suppress(OSError), _socket_of(descriptor) as looked_at:
        return int(looked_at.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
    return 0


def only_own_groups(descriptor: int) -> None:
    """Let a multicast socket hear its own group only, not all that this computer has joined.

    What came before it was told so is thrown away: nobody knows of which group it is.
    """
    with _socket_of(descriptor) as looked_at:
        if looked_at.family == socket.AF_INET6:
            looked_at.setsockopt(socket.IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0)
        else:
            looked_at.setsockopt(socket.IPPROTO_IP, IP_MULTICAST_ALL, 0)
        with contextlib.suppress(BlockingIOError):
            for _ in range(MOST_BEFORE):
                looked_at.recv(1, socket.MSG_DONTWAIT | socket.MSG_TRUNC)
