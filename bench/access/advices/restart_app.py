"""Restart the app."""

from typing import ClassVar

from bench.access.advice import Advice
from bench.owner.app import App


class RestartApp(Advice):
    """Kill the app and open it again: its connections go, its log-in stays."""

    given_by: ClassVar[str] = "GWM, 21 March 2025: owners were told to restart the app"

    async def follow(self, app: App, cause: int) -> bool:
        """Restart it; that always works."""
        del cause
        await app.restart()
        return True
