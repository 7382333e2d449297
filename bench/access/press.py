"""A contact of the car, closed for a moment by the bench's relay: as a hand presses a switch."""

import asyncio

from bench.station.station import Station

PRESS_S = 0.2  # assumed: what a unit takes for a press
MOVES_S = 1.5  # assumed: then the locks have moved


async def press(station: Station, function: str, cause: int | None) -> None:
    """Close a contact of the car, and open it again.

    Args:
        station: whose relay does it.
        function: the contact's.
        cause: the entry because of which.
    """
    station.instruments.switch(function, closed=True, cause=cause)
    await asyncio.sleep(PRESS_S)
    station.instruments.switch(function, closed=False, cause=cause)


async def press_side(station: Station, switch: str, declared: str, cause: int | None) -> None:
    """Press the side of a lock switch that makes the doors as declared, and let them move.

    Args:
        station: whose relay does it.
        switch: "interior" or "cylinder".
        declared: "locked" or "unlocked".
        cause: the entry because of which.
    """
    side = "lock" if declared == "locked" else "unlock"
    await press(station, f"{switch}_{side}", cause)
    await asyncio.sleep(MOVES_S)
