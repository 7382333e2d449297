"""Log out and in again."""

from typing import ClassVar

from bench.access.advice import Advice
from bench.owner.app import App


class LogOutAndIn(Advice):
    """Log out of the app, and in again: who cannot log in any more has lost the session."""

    given_by: ClassVar[str] = "help pages of many apps (assumed)"

    async def follow(self, app: App, cause: int) -> bool:
        """Log out and in; return whether logging in worked."""
        app.log_out()
        return await app.log_in(cause)
