"""The cloud has failed, and it lasts."""

from typing import ClassVar

from bench.access.choosing.campaign_phase import CampaignPhase, Span
from bench.access.outage import Phase
from bench.access.path import Path


class Down(CampaignPhase):
    """The fault has been there for a while when the owner comes, and stays."""

    of: ClassVar[str] = "down"
    must: ClassVar[str] = "open and start by every local key, as if nothing were wrong"

    @property
    def mark(self) -> str:
        """Nothing: that is what a failure's name alone means."""
        return ""

    def is_chosen(self, path: Path, intent: str, spec: str) -> bool:
        """Whether a campaign asks about it: always."""
        del path, intent, spec
        return True

    def schedule(self, spec: str, span: Span) -> tuple[Phase, ...]:
        """Return one phase."""
        return (Phase(self.of, span.length_s, (spec,)),)
