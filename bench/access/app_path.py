"""What paths through the phone app and the cloud have in common."""

from typing import ClassVar

from bench.access.path import Limit, Path, Scene
from bench.judge.steps import STEPS

FIELD = Limit(30.0, "remote commands take about 30 s in the field (owners' integrations)")


class AppPath(Path):
    """A button in the app: phone, cloud, push, telematics unit, gateway, body.

    Attributes:
        commands: the cloud's command for each intent.
    """

    needs: ClassVar[frozenset[str]] = frozenset({"phone"})
    give_up_s: ClassVar[float] = 50.0
    steps: ClassVar[tuple[str, ...]] = STEPS
    commands: ClassVar[dict[str, str]]

    def roles(self, intent: str) -> tuple[str, ...]:
        """Return the command to the car, and its answer."""
        del intent
        return ("remote_command", "remote_response")

    async def act(self, scene: Scene, intent: str) -> None:
        """Tap the button in the app."""
        app = scene.station.owner.app
        if app is not None:
            act = scene.sensed(f"{intent} tapped in the app")
            await app.command(self.commands[intent], scene.attempt, act)
