"""New connections fail while old ones live."""

from dataclasses import dataclass
from typing import ClassVar

from bench.faults.on_attempts import OnAttempts


@dataclass(frozen=True)
class NewConnOnly(OnAttempts):
    """New connections are refused while open ones go on working.

    Whoever drops a good session to "try again" makes things worse.
    """

    must: ClassVar[str] = "not drop a session that works"
    shown_by: ClassVar[str] = 'AWS, 20 October 2025: "unable to establish new connections"'
