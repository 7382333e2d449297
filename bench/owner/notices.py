"""Notices of maintenance as an app takes them from an answer, and puts them in words."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

PLANNED = (
    "Maintenance is planned from {from_} to {until}. Commands by the app will not work then; "
    "your keys will"
)
UNDER_WAY = (
    "The service is under maintenance until {until}. Nothing was sent to your car. Your keys work"
)


@dataclass(frozen=True)
class AppNotice:
    """What the cloud has told the app.

    Attributes:
        state: "planned" or "under_way", as the cloud says.
        from_s, until_s: in POSIX seconds.
    """

    state: str
    from_s: float
    until_s: float

    @property
    def text(self) -> str:
        """What the owner reads."""
        words = PLANNED if self.state == "planned" else UNDER_WAY
        return words.format(from_=_clock(self.from_s), until=_clock(self.until_s))


def notice_in(document: dict[str, Any] | None) -> AppNotice | None:
    """Return the notice in an answer; None where there is none, or none that makes sense."""
    said = (document or {}).get("notice")
    if not isinstance(said, dict):
        return None
    try:
        return AppNotice(str(said["state"]), float(said["from"]), float(said["until"]))
    except (TypeError, KeyError, ValueError):
        return None


def _clock(at_s: float) -> str:
    return f"{datetime.fromtimestamp(at_s, UTC):%H:%M:%S} UTC"
