"""The phone app, through the cloud."""

from typing import ClassVar

from bench.access.path import Limit, Path, Scene

COMMANDS = {"unlock": "door_unlock", "lock": "door_lock"}
FIELD = "remote commands take about 30 s in the field (owners' integrations)"


class CloudApp(Path):
    """The phone app, through the cloud: phone, cloud, push, telematics unit, gateway, body."""

    needs: ClassVar[frozenset[str]] = frozenset({"phone"})
    serves: ClassVar[tuple[str, ...]] = ("unlock", "lock")
    cloud: ClassVar[tuple[str, ...]] = ("unlock", "lock")
    give_up_s: ClassVar[float] = 50.0
    limits: ClassVar[dict[str, Limit]] = {"unlock": Limit(30.0, FIELD), "lock": Limit(30.0, FIELD)}

    async def act(self, scene: Scene, intent: str) -> None:
        """Tap the button in the app."""
        phone = scene.station.owner.phone
        if phone is not None and not phone.flat:
            act = scene.sensed(f"{intent} tapped in the app")
            await phone.app.command(COMMANDS[intent], scene.attempt, act)
