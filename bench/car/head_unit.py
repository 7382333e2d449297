"""Head unit: hears its name by itself, and asks a cloud assistant what was meant."""

from dataclasses import dataclass

from bench.can.answers import Answers
from bench.car.ecu import Ecu
from bench.car.surroundings import Surroundings
from bench.network.http_client import ExchangeError, HttpClient, Timeouts
from bench.protocol import spoken
from bench.radio.air import Answer, Heard
from bench.units import Seconds

ASSISTANT = "/api/1/assistant/understand"
COMMANDS = {"door_unlock": "unlock", "door_lock": "lock"}


@dataclass(frozen=True)
class HeadUnitParameters:
    """`[units.head_unit]` of a car file (all assumed).

    Attributes:
        cloud_patience_s: how long the assistant may take.
        listening_s: how long it listens after its name.
        name_in_cloud: whether even its name is recognised by the cloud.
        car_patience_s: how long the car may take to answer.
    """

    cloud_patience_s: Seconds = 8.0
    car_patience_s: Seconds = 3.0
    listening_s: Seconds = 10.0
    name_in_cloud: bool = False


class HeadUnit(Ecu):
    """The head unit with its voice assistant.

    Attributes:
        client: its way to the cloud; None without one.
        token: what it shows the cloud.
        base_url: where the assistant is.
    """

    node = "HU"
    buses = ("telematics",)
    cyclic = ("voice_state",)

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around)
        self.parameters = around.model.parameters("head_unit", HeadUnitParameters)
        self.client: HttpClient | None = None
        self.token = ""
        self.base_url = ""
        self._listening_until = 0.0
        self._answers = Answers(first=0x8001)  # apart from the telematics unit's
        self.hear("remote_response", self._answers.take)
        if around.model.fits("voice"):
            around.air.receive("sound", self.node, self._on_sound)

    def connect(self, client: HttpClient, base_url: str, token: str) -> None:
        """Give it its way to the cloud."""
        self.client, self.base_url, self.token = client, base_url, token

    @property
    def timeouts(self) -> Timeouts:
        """How long it waits for the cloud."""
        patience_s = self.parameters.cloud_patience_s
        return Timeouts(connect_s=patience_s, total_s=patience_s)

    async def _on_sound(self, heard: Heard) -> Answer | None:
        if not self.powered:
            return None
        if heard.payload == spoken.WAKE_WORD:
            seq = await self.hear_name(heard.seq)
            return Answer(spoken.LISTENING, seq) if seq is not None else None
        if self.around.loop.time() < self._listening_until:
            return await self._understand(heard)
        return None

    async def hear_name(self, cause: int) -> int | None:
        """Begin to listen; the name is recognised in the unit itself."""
        if self.parameters.name_in_cloud:
            recognised, cause = await self.ask_cloud(spoken.WAKE_WORD.decode(), cause)
            if recognised is None:
                return None
        await self.wake(cause)
        self._listening_until = self.around.loop.time() + self.parameters.listening_s
        self.say("voice_state", "listening", cause)
        self.around.loop.call_later(self.parameters.listening_s, self._fall_idle)
        return cause

    def keeps_awake(self) -> bool:
        """Keep the bus while listening."""
        return self.around.loop.time() < self._listening_until

    def _fall_idle(self) -> None:
        if self.around.loop.time() >= self._listening_until:
            self.say("voice_state", "idle", None)

    async def ask_cloud(self, phrase: str, cause: int) -> tuple[str | None, int]:
        """Return the command that the cloud understands a phrase as, and the entry behind it."""
        if self.client is None:
            return None, self.note("no way to the assistant", cause)
        try:
            reply = await self.client.request(
                "POST", self.base_url + ASSISTANT,
                body={"phrase": phrase}, token=self.token, cause=cause,
            )  # fmt: skip
        except ExchangeError as error:
            return None, error.seq
        command = reply.granted().get("command")
        return (None if command is None else str(command)), reply.seq

    async def _understand(self, heard: Heard) -> Answer:
        command, seq = await self.ask_cloud(heard.payload.decode(errors="replace"), heard.seq)
        if command not in COMMANDS:
            self.say("voice_state", "not_understood", seq)
            return Answer(spoken.NOT_UNDERSTOOD, seq)
        self.say("voice_state", "understood", seq)
        return await self._command(COMMANDS[command], seq)

    async def _command(self, command: str, cause: int) -> Answer:
        """Send a command, and say what has become of it when the car has answered."""
        value = await self._answers.to(
            lambda token: self.say_once("voice_command", command, cause, token=token),
            self.parameters.car_patience_s,
        )
        if value is None:
            return Answer(spoken.NOT_KNOWN, self.note("no answer from the car", cause))
        seq = value.seq if value.seq is not None else cause
        return Answer(spoken.DONE if value.means("done") else spoken.NOT_POSSIBLE, seq)
