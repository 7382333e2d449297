"""Switch networks."""

from typing import ClassVar

from bench.access.advice import Advice
from bench.owner.app import App


class SwitchNetwork(Advice):
    """Change to another network: every connection of the app is opened anew."""

    given_by: ClassVar[str] = "GWM, 21 March 2025: owners were told to switch networks"

    async def follow(self, app: App, cause: int) -> bool:
        """Switch; that always works."""
        del cause
        await app.switch_network()
        return True
