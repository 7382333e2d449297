"""Nobody listens."""

from dataclasses import dataclass
from typing import ClassVar

from bench.faults.on_attempts import OnAttempts


@dataclass(frozen=True)
class Refuse(OnAttempts):
    """Connections are refused, and open ones are cut: the service is not there.

    Toxiproxy calls this a proxy that is down.
    """

    must: ClassVar[str] = "back off with jitter; say that nothing was sent"
    shown_by: ClassVar[str] = "Toxiproxy's down; back-ends whose processes have died (assumed)"
    cut: ClassVar[bool] = True
