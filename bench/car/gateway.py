"""Gateway: carries commands and answers between the telematics bus and the body, and state out."""

from dataclasses import dataclass

from bench.can.role_bus import RoleValue
from bench.car.ecu import Ecu
from bench.car.surroundings import Surroundings
from bench.protocol.vehicle_state import STATE_ROLES

BODY = ("body", "inner")


@dataclass(frozen=True)
class GatewayParameters:
    """`[units.gateway]` of a car file.

    Attributes:
        routes: commands that it lets through.
    """

    routes: tuple[str, ...] = (
        "unlock", "lock", "start", "stop", "horn", "lights", "block_start", "allow_start",
    )  # fmt: skip


class Gateway(Ecu):
    """The gateway; it has no say in what is opened, only in what passes."""

    node = "GW"
    buses = ("body", "inner", "telematics")
    wakes_on = ("terminal_15",)

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around)
        self.parameters = around.model.parameters("gateway", GatewayParameters)
        self._token = 0  # of the last command: a database without room for one answers that
        self.hear("remote_command", self._on_remote_command, only="telematics")
        self.hear("voice_command", self._on_voice_command, only="telematics")
        for bus in BODY:
            if bus in self.connector.names():
                self._hear_body(bus)

    def _hear_body(self, bus: str) -> None:
        role_bus = self.connector.bus(bus)
        if role_bus.carries("remote_response"):
            self.hear("remote_response", self._on_remote_response, only=bus)
        for role in STATE_ROLES:
            carrier = self.connector.bus_of(role)
            if carrier is role_bus:
                self.hear(role, self._on_state, only=bus)

    def cyclic_roles(self, bus: str) -> tuple[str, ...]:
        """Return the vehicle's state, of which it tells the telematics bus."""
        if bus != "telematics":
            return ()
        return tuple(filter(self.connector.bus(bus).carries, STATE_ROLES))

    def _on_remote_command(self, value: RoleValue) -> None:
        self._route(value, "telematics")

    def _on_voice_command(self, value: RoleValue) -> None:
        self._route(value, "voice")

    def _route(self, value: RoleValue, source: str) -> None:
        if value.word in self.parameters.routes:
            self.start_task(self._to_body(value, source))

    async def _to_body(self, value: RoleValue, source: str) -> None:
        for bus in BODY:
            if bus in self.connector.names():
                await self.wake(value.seq, bus)
        carrier = self.connector.bus_of("remote_command", only="body")
        carrier = carrier or self.connector.bus("inner")
        self._token = int(value.fields.get("token", self._token + 1)) & 0xFFFF
        carrier.send_event(
            "remote_command", value.word, value.seq, token=self._token, source=source
        )

    def _on_remote_response(self, value: RoleValue) -> None:
        if value.labels and not value.means("none"):
            self.start_task(self._to_telematics(value))

    async def _to_telematics(self, value: RoleValue) -> None:
        await self.wake(value.seq, "telematics")
        token = int(value.fields.get("token", self._token))
        self.connector.bus("telematics").send_event(
            "remote_response", value.word, value.seq, token=token
        )

    def _on_state(self, value: RoleValue) -> None:
        telematics = self.connector.bus("telematics")
        known = telematics.roles.roles.get(value.role)
        label = next((each for each in value.labels if known and each in known.labels), None)
        if label is not None:
            telematics.send(value.role, label, value.seq)
