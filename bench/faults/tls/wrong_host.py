"""The cloud's certificate is for another host."""

from dataclasses import dataclass
from typing import ClassVar

from bench.faults.on_handshakes import OnHandshakes


@dataclass(frozen=True)
class WrongHost(OnHandshakes):
    """The cloud's certificate is in order, and for another host.

    Open connections live on, or are cut.
    """

    must: ClassVar[str] = "refuse the connection, retry slowly, keep local keys working"
    shown_by: ClassVar[str] = (
        "assumed; RFC 9525 (service identity in TLS) says why names are checked"
    )
    problem: ClassVar[str] = "wrong_host"
