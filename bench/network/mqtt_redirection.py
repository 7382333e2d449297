"""Whom an MQTT 5 client calls: the broker that it was given, or the one that it was sent to.

MQTT 5 §4.11: with "use another server" a client should go to another one for now, with "server
moved" for good; a server reference may name several, with a space between them, each a host with or
without a port. A client is permitted to ignore all of it.
"""

import re

from bench.network.mqtt_reasons import SERVER_MOVED, USE_ANOTHER_SERVER

_LABEL = r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)"
_HOST = re.compile(rf"(?P<host>{_LABEL}(?:\.{_LABEL})*)(?::\d{{1,5}})?")
MOST_LETTERS = 253  # of a host's name (RFC 1035 §2.3.4 as it is counted in text)


def first_server(reference: str | None) -> str:
    """Return the first host that a server reference names; "" where it names none that is one.

    The port is left out: on a bench a service has the port that its link has.

    >>> first_server("push-2.maker.example:8883 push-3.maker.example"), first_server("[::1]:8883")
    ('push-2.maker.example', '')
    """
    first = (reference or "").partition(" ")[0]
    found = _HOST.fullmatch(first)
    return found["host"] if found and len(first) <= MOST_LETTERS else ""


class Redirection:
    """Where a client goes next.

    A server that it is sent to is called at once, one that a DISCONNECT named at the next try. A
    server that does not let the client in, or sends it on, is forgotten, and the client is back
    where it began: neither a circle nor a reference that leads nowhere silences a car.
    """

    def __init__(self) -> None:
        self._other = ""
        self._for_good = False

    def host(self, given: str) -> str:
        """Return whom to call, for the broker that the client was given."""
        return self._other or given

    @property
    def elsewhere(self) -> bool:
        """Whether it is not the broker that the client was given."""
        return bool(self._other)

    def told(self, code: int | None, reference: str | None) -> bool:
        """Take the word of a server; return whether it sends the client to another one."""
        if code not in {USE_ANOTHER_SERVER, SERVER_MOVED}:
            return False
        self._other, self._for_good = first_server(reference), code == SERVER_MOVED
        return self.elsewhere

    def let_in(self) -> None:
        """Take note that the client was let in: where it was to go for now only, it is done."""
        if not self._for_good:
            self._other = ""

    def failed(self) -> None:
        """Take note that nobody has let the client in."""
        self._other = ""
