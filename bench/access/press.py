"""A contact of the car, closed for a moment by the bench's relay: as a hand presses a switch."""

import asyncio

from bench.station.station import Station

PRESS_S = 0.2  # assumed: what a unit takes for a press


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
