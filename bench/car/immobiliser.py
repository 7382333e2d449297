"""Immobiliser: lets the car start for a key that was found; reads an empty fob's transponder."""

from dataclasses import dataclass

from bench.can.role_bus import RoleValue
from bench.car.ecu import Ecu
from bench.car.surroundings import Surroundings
from bench.protocol.fob_frame import fob_id, fob_key, is_answer
from bench.seeds import stream


@dataclass(frozen=True)
class ImmobiliserParameters:
    """`[units.immobiliser]` of a car file.

    Attributes:
        backup_slot: whether a slot reads the transponder of a fob without a battery.
    """

    backup_slot: bool = True


class Immobiliser(Ecu):
    """The immobiliser."""

    node = "IMMO"

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around)
        self.parameters = around.model.parameters("immobiliser", ImmobiliserParameters)
        self._rng = stream(around.seed, "car", "immobiliser")
        self.blocked = False
        self.hear("start_request", self._on_start_request)
        self.hear("remote_command", self._on_remote_command)

    async def read_backup_slot(self, cause: int | None) -> int | None:
        """Challenge the transponder in the slot; return the entry of a right answer."""
        if (
            not self.powered
            or not self.parameters.backup_slot
            or not self.around.model.fits("flat_fob")
        ):
            return None
        challenge = self._rng.randbytes(8)
        for fob in self.around.fobs:
            if not self._in_slot(fob):
                continue
            answer = await self.around.air.send(
                "coil", self.node, fob, challenge, what="transponder challenge", cause=cause
            )
            if answer is None or answer.payload[:4] != fob_id(fob):
                continue
            if is_answer(answer.payload, fob_key(fob), challenge, "transponder"):
                return answer.seq
        return None

    def _in_slot(self, fob: str) -> bool:
        """Whether the slot's switch feels this fob."""
        place = self.around.air.places.get(fob)
        return place is not None and place.inside and place.distance_m < 0.03

    def may_start(self, source: str) -> bool:
        """Whether a key of this kind releases the car, whose start nobody has blocked from afar."""
        return source != "none" and not self.blocked

    def _on_remote_command(self, value: RoleValue) -> None:
        """Obey a service against theft, as trackers have it: it outlives a reset."""
        if value.means("block_start") or value.means("allow_start"):
            self.blocked = value.means("block_start")
            self.note("start blocked" if self.blocked else "start allowed", value.seq)

    def _on_start_request(self, value: RoleValue) -> None:
        if not value.means("start"):
            return
        source = str(value.fields.get("source", "not told"))  # asked only once a key was found
        released = self.may_start(source)
        self.say_once("immobiliser_state", "released" if released else "refused", value.seq)
