"""The app's remote start, through the cloud."""

from typing import ClassVar

from bench.access.path import Limit, Path, Scene

COMMANDS = {"start": "remote_start", "stop": "remote_stop"}
FIELD = "remote commands take about 30 s in the field (owners' integrations)"


class RemoteStart(Path):
    """The app's remote start: phone, cloud, push, telematics unit, gateway, body."""

    needs: ClassVar[frozenset[str]] = frozenset({"phone"})
    serves: ClassVar[tuple[str, ...]] = ("start", "stop")
    cloud: ClassVar[tuple[str, ...]] = ("start", "stop")
    most_tries: ClassVar[int | None] = 2  # a car allows two in a row without a key
    give_up_s: ClassVar[float] = 50.0
    limits: ClassVar[dict[str, Limit]] = {"start": Limit(30.0, FIELD), "stop": Limit(30.0, FIELD)}

    async def act(self, scene: Scene, intent: str) -> None:
        """Tap the button in the app."""
        phone = scene.station.owner.phone
        if phone is not None and not phone.flat:
            act = scene.sensed(f"{intent} tapped in the app")
            await phone.app.command(COMMANDS[intent], scene.attempt, act)
