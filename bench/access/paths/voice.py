"""The car's voice assistant."""

from typing import ClassVar

from bench.access.path import Limit, Path, Scene
from bench.access.touch import Touch
from bench.protocol import spoken

PHRASE = b"open the doors"


class Voice(Path):
    """The car's assistant: it hears its name by itself, and understands in the cloud."""

    needs: ClassVar[frozenset[str]] = frozenset({"knowledge"})
    serves: ClassVar[tuple[str, ...]] = ("wake", "unlock")
    cloud: ClassVar[tuple[str, ...]] = ("unlock",)
    only_inside: ClassVar[tuple[str, ...]] = ("unlock",)
    give_up_s: ClassVar[float] = 20.0
    steps: ClassVar[tuple[str, ...]] = ("begun", "sent", "executed", "shown")
    limits: ClassVar[dict[str, Limit]] = {"wake": Limit(2.0), "unlock": Limit(10.0)}

    def touches(self, intent: str) -> tuple[Touch, ...]:
        """Return the voice, which the head unit hears."""
        del intent
        return (Touch("head_unit", "voice"),)

    def roles(self, intent: str) -> tuple[str, ...]:
        """Return the wish that the head unit passes on, and its answer."""
        return ("voice_command", "remote_response") if intent == "unlock" else ()

    async def act(self, scene: Scene, intent: str) -> None:
        """Say the car's name; then, to unlock, say so."""
        owner = scene.station.owner
        owner.go("seat")
        if intent == "wake":
            await owner.say(spoken.WAKE_WORD, scene.sensed("the car's name spoken"))
            return
        heard = await owner.say(spoken.WAKE_WORD, scene.seq)
        if heard is None:
            scene.told("failed", "(the assistant does not listen)")
            return
        answer = await owner.say(PHRASE, scene.sensed("the wish spoken"))
        if answer == spoken.DONE:
            scene.told("succeeded", "done")
        elif answer == spoken.NOT_KNOWN:
            scene.told("unknown", answer.decode())
        else:
            scene.told("failed", (answer or b"(silence)").decode())
