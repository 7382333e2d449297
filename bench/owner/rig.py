"""The owner's simulated things as a bench holds them: a fob's contacts and cell, a card's arm."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from bench.owner.card import Card
from bench.owner.fob import Fob
from bench.wiring.nets import CLOSED_MV, Net, Wiring

BUTTONS, PLACES = ("unlock", "lock"), ("pillar", "console")
CELL, LAMP = "fob_cell", "fob_lamp"
NETS = (
    CELL, LAMP, *(f"fob_button_{button}" for button in BUTTONS),
    *(f"card_at_{place}" for place in PLACES), *(f"card_seen_at_{place}" for place in PLACES),
)  # fmt: skip
LEAST_CELL_MV = 2_000  # a lithium coin cell's end of life, in most data sheets
LAMP_S = 0.15  # assumed
TRAVEL_S = 0.4  # assumed
Spawn = Callable[[Coroutine[Any, Any, Any], str], object]


class FobRig:
    """A fob with contacts across its buttons and a supply in its cell's place.

    Args:
        fob: the fob.
        wiring: the nets `fob_button_<button>`, `fob_cell`, `fob_lamp`.
        spawn: runs a coroutine in the background, by a name.
        celled: whether a supply feeds the fob (else it has a cell of its own).
    """

    def __init__(self, fob: Fob, wiring: Wiring, spawn: Spawn, *, celled: bool) -> None:
        self._fob, self._spawn = fob, spawn
        self._lamp = wiring.net(LAMP)
        for button in BUTTONS:
            wiring.net(f"fob_button_{button}").watch(self._on_button)
        if celled:
            cell = wiring.net(CELL)
            cell.watch(self._on_cell)
            self._on_cell(cell, None)

    def _on_cell(self, cell: Net, _cause: int | None) -> None:
        self._fob.flat = cell.mv < LEAST_CELL_MV

    def _on_button(self, net: Net, cause: int | None) -> None:
        if net.mv and not self._fob.flat:
            button = net.name.removeprefix("fob_button_")
            self._spawn(self._press(button, cause), f"fob {button}")

    async def _press(self, button: str, cause: int | None) -> None:
        self._lamp.drive("fob", CLOSED_MV, cause)
        await self._fob.press(button, cause)
        await asyncio.sleep(LAMP_S)
        self._lamp.drive("fob", 0, cause)


class CardRig:
    """A card on an arm: it travels to a reader, and an end switch shows that it is there.

    Args:
        card: the card.
        wiring: the nets `card_at_<place>` (the arm's drive), `card_seen_at_<place>`.
        spawn: runs a coroutine in the background, by a name.
    """

    def __init__(self, card: Card, wiring: Wiring, spawn: Spawn) -> None:
        self._card, self._spawn = card, spawn
        self._seen = {f"card_at_{p}": wiring.net(f"card_seen_at_{p}") for p in PLACES}
        for drive in self._seen:
            wiring.net(drive).watch(self._on_drive)

    def _on_drive(self, drive: Net, cause: int | None) -> None:
        if drive.mv:
            self._spawn(self._travel(drive, cause), drive.name)
        else:
            self._seen[drive.name].drive("card", 0, cause)

    async def _travel(self, drive: Net, cause: int | None) -> None:
        await asyncio.sleep(TRAVEL_S)
        if drive.mv:
            self._seen[drive.name].drive("card", CLOSED_MV, cause)
            await self._card.tap(cause)
