"""The fob's buttons."""

from typing import ClassVar

from bench.access.path import Limit, Path, Scene
from bench.access.touch import Touch


class RkeFob(Path):
    """A button on the fob: a rolling code over a few ten metres."""

    needs: ClassVar[frozenset[str]] = frozenset({"fob"})
    serves: ClassVar[tuple[str, ...]] = ("unlock", "lock")
    limits: ClassVar[dict[str, Limit]] = {"unlock": Limit(1.0), "lock": Limit(1.0)}
    owner: ClassVar[str] = "phone_and_fob"

    def touches(self, intent: str) -> tuple[Touch, ...]:
        """Return the fob, whose button the body controller hears."""
        return (Touch("bcm", "fob", f"fob {intent}"),)

    async def act(self, scene: Scene, intent: str) -> None:
        """Press the button."""
        fob = scene.station.owner.fob
        if fob is not None and not await scene.actuate(f"fob {intent}", f"button {intent} pressed"):
            await fob.press(intent, scene.sensed(f"button {intent} pressed"))
