"""A key fob: buttons with a rolling code, an answer to the car's LF call, a transponder."""

from dataclasses import dataclass

from bench.protocol.fob_frame import answer, press
from bench.radio.air import Air, Answer, Heard, Place


@dataclass
class Fob:
    """One fob.

    Attributes:
        flat: its cell is empty: buttons and passive entry are dead, the transponder is not.
        presses: how often a button was pressed in its life.
    """

    name: str
    air: Air
    place: Place
    flat: bool = False
    presses: int = 0

    def switch_on(self) -> None:
        """Let the fob be heard."""
        self.air.places[self.name] = self.place
        self.air.receive("coil", self.name, self._on_coil)
        if not self.flat:
            self.air.receive("lf", self.name, self._on_lf)

    async def press(self, button: str, cause: int | None) -> None:
        """Press a button."""
        if self.flat:
            return
        self.presses += 1
        payload = press(self.name, self.presses, button).encoded()
        await self.air.send("uhf", self.name, "BCM", payload, what=f"button {button}", cause=cause)

    async def _on_lf(self, heard: Heard) -> Answer | None:
        if self.flat:  # since it was switched on
            return None
        return Answer(answer(self.name, heard.payload, "passive"), heard.seq)

    async def _on_coil(self, heard: Heard) -> Answer:
        return Answer(answer(self.name, heard.payload, "transponder"), heard.seq)
