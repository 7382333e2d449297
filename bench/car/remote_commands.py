"""What a body controller does about commands from afar: each once, and its result reported."""

from typing import TYPE_CHECKING

from bench.can.role_bus import RoleValue

if TYPE_CHECKING:
    from bench.car.bcm import Bcm
    from bench.car.door_lock import Direction

# blocking the start is the immobiliser's affair, which hears the same frame
WITHOUT_CONDITION = {"horn", "lights", "block_start", "allow_start"}


class RemoteCommands:
    """Hears commands for a body controller, and answers them.

    Args:
        bcm: what carries them out.
    """

    def __init__(self, bcm: "Bcm") -> None:
        self._bcm = bcm
        self._answered: set[int | str] = set()
        bcm.hear("remote_command", self._on_command)

    def _on_command(self, value: RoleValue) -> None:
        token = value.fields.get("token")
        if token in self._answered or value.means("none"):
            return
        if token is not None:
            self._answered.add(token)
        self._bcm.start_task(self._answer(int(token or 0), value))

    async def _answer(self, token: int, value: RoleValue) -> None:
        await self._bcm.wake(value.seq)
        result = await self._execute(value.word, str(value.fields.get("source")), value.seq)
        self._bcm.say_once("remote_response", result, value.seq, token=token)

    async def _execute(self, command: str, source: str, cause: int | None) -> str:
        """Do what a command asks; return its result as the database words it."""
        bcm = self._bcm
        if command in {"unlock", "lock"}:
            direction: Direction = "unlock" if command == "unlock" else "lock"
            origin = "voice" if source == "voice" else "telematics"
            return "done" if await bcm.access(direction, origin, cause) else "inhibited"
        if command == "start":
            if bcm.alarm.state == "activated" or bcm.around.wiring.net("hood_open").mv:
                return "inhibited"
            return "done" if await bcm.power.start_remotely(cause) else "refused"
        if command == "stop":
            bcm.power.stop(cause)
            return "done"
        return "done" if command in WITHOUT_CONDITION else "refused"
