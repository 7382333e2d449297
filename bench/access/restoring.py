"""Restoring how the car stood, between one try and the next."""

import asyncio
from dataclasses import dataclass

from bench.access.press import PRESS_S, press
from bench.events import IntentBegan
from bench.judge.attempts import BENCH
from bench.station.station import Station

PAUSE_S = 3.0
RESTORE_S = PAUSE_S + PRESS_S


@dataclass(frozen=True)
class Back:
    """What undoes an intent: another intent, by a contact that the bench closes.

    Attributes:
        intent: the other one.
        function: the contact's.
        item: of the starting state, by which one sees that it did.
    """

    intent: str
    function: str
    item: str


_BACK = {
    "lock": Back("unlock", "interior_unlock", "door_lock_state"),
    "start": Back("stop", "start_button", "power_mode"),
    "stop": Back("start", "start_button", "power_mode"),
}


def back_from(intent: str) -> Back | None:
    """Return what undoes an intent; None: nothing at once, a car commonly locks itself again."""
    return _BACK.get(intent)


async def restore(station: Station, intent: str, after: str) -> None:
    """Bring the car back to how it stood, by means of the bench and on the record."""
    back = back_from(intent)
    if back is None:
        return
    await asyncio.sleep(PAUSE_S)
    name = f"restore-{after}"
    event = IntentBegan(name, BENCH, back.intent, back.function, entitled=True, credential="")
    seq = station.journal.write(event)
    await press(station, back.function, seq)
