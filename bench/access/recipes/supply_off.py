"""The supply off for a moment."""

import asyncio
from typing import ClassVar

from bench.access.path import Scene
from bench.errors import StationError
from bench.events.wires import TERMINAL_30

OFF_S, BACK_S = 5.0, 3.0  # assumed: capacitors are empty, and units have booted


class SupplyOff:
    """Switch terminal 30 off and on again: what a unit has not stored, it forgets."""

    reaches: ClassVar[dict[str, int]] = {
        "repeated_operation": 3, "remote_starts": 3, "keypad_lockout": 3,
    }  # fmt: skip

    async def apply(self, scene: Scene, item: str, declared: str) -> None:
        """Switch off, wait, switch on; raises StationError where no supply feeds terminal 30."""
        del item, declared
        station = scene.station
        supplies = station.file.content.supplies
        feeding = [name for name, s in supplies.items() if (s.net or name) == TERMINAL_30]
        if not feeding:
            raise StationError(f"no supply of this bench feeds {TERMINAL_30}")
        for on, pause_s in ((False, OFF_S), (True, BACK_S)):
            for supply in feeding:
                station.instruments.power(supply, on=on, cause=scene.seq)
            await asyncio.sleep(pause_s)
