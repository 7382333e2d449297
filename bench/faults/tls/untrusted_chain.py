"""The cloud's certificate is not to be trusted."""

from dataclasses import dataclass
from typing import ClassVar

from bench.faults.on_handshakes import OnHandshakes


@dataclass(frozen=True)
class UntrustedChain(OnHandshakes):
    """The cloud's certificate is from an authority that nobody trusts.

    Open connections live on, or are cut.
    """

    must: ClassVar[str] = "refuse the connection, retry slowly, keep local keys working"
    shown_by: ClassVar[str] = "DST Root X3, 30 September 2021: an expired root"
    problem: ClassVar[str] = "untrusted"
