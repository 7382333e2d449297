"""One connection for each VISA resource, whoever uses it.

A supply's two outputs, or a board's relays and its inputs, are two instruments of a bench behind
one resource. A second connection would be refused by a single-client socket, and on a serial line
steal the first one's replies; so they share the connection, and take turns.
"""

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class VisaSession:
    """An open VISA resource.

    Attributes:
        resource: pyvisa's resource.
        turn: held for an exchange; whoever polls does so on a thread of its own.
        users: how many instruments use it.
        late: what it says next may belong to an earlier question.
        owes: a reply was waited for in vain, and may still come.
        confirming: it is being asked who it is, because of what it said before.
        lost: it has broken; only a new one helps.
        free_at_s: from when on the device can take a command.
    """

    resource: Any
    turn: threading.RLock = field(default_factory=threading.RLock)
    users: int = 0
    late: bool = False
    owes: bool = False
    confirming: bool = False
    lost: bool = False
    free_at_s: float = float("-inf")

    @property
    def below(self) -> Any:
        """What the back end's session stands on (a serial port, a socket); None: not known.

        pyvisa-py 0.8 has no other way to set TCP_NODELAY or to look whether something has come.
        """
        session = getattr(self.resource.visalib, "sessions", {}).get(self.resource.session)
        return getattr(session, "interface", None) or getattr(session, "device", None)

    def send_at_once(self) -> None:
        """Let a socket send small pieces at once: the second would wait 44 ms for the first."""
        if isinstance(self.below, socket.socket):
            self.below.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ended(self) -> bool:
        """Return whether the other end of a socket has closed it; raises OSError."""
        return isinstance(self.below, socket.socket) and _peek(self.below) == b""

    def speaks_unasked(self) -> bool:
        """Return whether there is something to read already; raises OSError."""
        if isinstance(self.below, socket.socket):
            return bool(_peek(self.below))
        return bool(getattr(self.below, "in_waiting", 0))


def _peek(plain: socket.socket) -> bytes | None:
    """Return a byte that could be read, b"" at the end, None when there is nothing yet."""
    try:
        return plain.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return None


_open: dict[tuple[str, str], VisaSession] = {}


def join(backend: str, resource: str, connect: Callable[[], Any]) -> VisaSession:
    """Return the session of a resource, connected when it is first asked for."""
    session = _open.get((backend, resource))
    if session is None or session.lost:
        session = _open[backend, resource] = VisaSession(connect())
    session.users += 1
    return session


def leave(backend: str, resource: str, session: VisaSession) -> bool:
    """Stop using a session; return whether nobody uses it any more: then it is to be closed."""
    session.users -= 1
    if session.users == 0 and _open.get((backend, resource)) is session:
        del _open[backend, resource]
    return session.users == 0
