"""Connection attempts vanish."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from bench.faults.on_attempts import OnAttempts


@dataclass(frozen=True)
class BlackholeSyn(OnAttempts):
    """New connections are never answered, so only a time-out ends them; open ones live on."""

    must: ClassVar[str] = "give up connecting within some ten seconds"
    shown_by: ClassVar[str] = (
        "Toxiproxy issue #410 asks for it; Azure, 29 October 2025: time-outs, of what is assumed"
    )
    how: ClassVar[Literal["refuse", "drop"]] = "drop"
