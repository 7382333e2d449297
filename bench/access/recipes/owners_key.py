"""What the owner carries: locking and unlocking as somebody does whom the car lets in."""

import asyncio
from typing import ClassVar

from bench.access.local_ways import local_way
from bench.access.path import Scene
from bench.access.press import press
from bench.access.starting_state import stands
from bench.errors import StationError

MOVES_S = 3.0  # assumed: the slowest of these ways has its answer, and the locks have moved
INTENT = {"disarmed": "unlock", "unlocked": "unlock", "armed": "lock", "locked": "lock"}
TIMES = 2  # a card or a hand at the handle does the other of the two to a car that is open already
AJAR = "door_driver_open"  # the driver's door, where the bench has its switch


class OwnersKey:
    """Unlock or lock by what the owner carries, as far as this bench can do it.

    A body controller arms its alarm for whoever locks it, and silences it for whom it knows: no
    switch of the car does that. Ways that need the cloud, and the blade, are left out. Whoever has
    unlocked a car opens its door: else it locks itself again, while other recipes wait.
    """

    reaches: ClassVar[dict[str, int]] = {"alarm_state": 1, "door_lock_state": 3}

    async def apply(self, scene: Scene, item: str, declared: str) -> None:
        """Do it; raises StationError where the owner has no such way here."""
        station = scene.station
        intent = INTENT.get(declared)
        if intent is None:
            raise StationError(f"no way of the owner's makes the {item} {declared}")
        path = local_way(station, intent)
        if path is None:
            has = f"owner {station.owner.name} has no way on this bench"
            raise StationError(f"{has} to {intent} the car without the cloud or a blade")
        for _ in range(TIMES):
            station.owner.go("door")
            await path.act(scene, intent)
            await asyncio.sleep(MOVES_S)
            station.owner.go("away")
            if stands(station, {item: declared}, (item,)):
                if intent == "unlock" and AJAR in station.instruments.contacts:
                    await press(station, AJAR, scene.seq)
                return
