"""A diagnostic reset: trouble codes cleared, or the unit reset that holds a counter."""

import asyncio
from typing import ClassVar

from bench.access.path import Scene

BACK_S = 1.5  # assumed: a body unit is back after a second


class DiagnosticReset:
    """Clear trouble codes (UDS 0x14), or reset the unit that tells an item (0x11)."""

    reaches: ClassVar[dict[str, int]] = {
        "trouble_codes": 1, "repeated_operation": 2, "remote_starts": 2, "keypad_lockout": 2,
    }  # fmt: skip

    async def apply(self, scene: Scene, item: str, declared: str) -> None:
        """Clear or reset; raises DiagnosisError where the unit refuses."""
        del declared
        diagnosis = scene.station.diagnosis
        if item == "trouble_codes":
            for client in map(diagnosis.client, diagnosis.addresses):
                if await client.codes():  # a unit that stores none may refuse to clear any
                    await client.clear()
            return
        holder = diagnosis.knows(item)
        if holder is not None:
            await diagnosis.client(holder).reset()
            await asyncio.sleep(BACK_S)
