"""What a body controller does about commands from afar: each once, and its result reported."""

from collections.abc import Awaitable, Callable

from bench.can.role_bus import RoleValue
from bench.car.alarm import Alarm
from bench.car.door_lock import Direction
from bench.car.ecu import Ecu
from bench.car.power_mode import PowerMode

Access = Callable[[Direction, str, int | None], Awaitable[bool]]

# blocking the start is the immobiliser's affair, which hears the same frame
WITHOUT_CONDITION = {"horn", "lights", "block_start", "allow_start"}


class RemoteCommands:
    """Hears commands for a body controller, and answers them.

    Args:
        ecu: the body controller.
        access: moves the doors, and says whether they moved.
        power, alarm: what a remote start and its end concern.
    """

    def __init__(self, ecu: Ecu, access: Access, power: PowerMode, alarm: Alarm) -> None:
        self._ecu, self._access, self._power, self._alarm = ecu, access, power, alarm
        self._answered: set[int | str] = set()
        ecu.hear("remote_command", self._on_command)

    def _on_command(self, value: RoleValue) -> None:
        token = value.fields.get("token")
        if token in self._answered or value.means("none"):
            return
        if token is not None:
            self._answered.add(token)
        self._ecu.start_task(self._answer(int(token or 0), value))

    async def _answer(self, token: int, value: RoleValue) -> None:
        await self._ecu.wake(value.seq)
        result = await self._execute(value.word, str(value.fields.get("source")), value.seq)
        self._ecu.say_once("remote_response", result, value.seq, token=token)

    async def _execute(self, command: str, source: str, cause: int | None) -> str:
        """Do what a command asks; return its result as the database words it."""
        if command in {"unlock", "lock"}:
            direction: Direction = "unlock" if command == "unlock" else "lock"
            origin = "voice" if source == "voice" else "telematics"
            return "done" if await self._access(direction, origin, cause) else "inhibited"
        if command == "start":
            if self._alarm.state == "activated" or self._ecu.around.wiring.net("hood_open").mv:
                return "inhibited"
            return "done" if await self._power.start_remotely(cause) else "refused"
        if command == "stop":
            self._power.stop(cause)
            return "done"
        return "done" if command in WITHOUT_CONDITION else "refused"
