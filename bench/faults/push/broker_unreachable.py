"""The push channel is lost."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from bench.faults.on_attempts import OnAttempts


@dataclass(frozen=True)
class BrokerUnreachable(OnAttempts):
    """The push service is gone: open channels are cut and new ones refused; the rest works."""

    cut: ClassVar[bool] = True
    must: ClassVar[str] = "reconnect with back-off; not call an undelivered command done"
    shown_by: ClassVar[str] = "AWS, 20 October 2025: the load balancers' second wave"

    service: Literal["push"] = "push"
