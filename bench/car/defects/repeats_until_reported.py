"""A unit that believes what is reported and not what it did."""

import asyncio
from dataclasses import dataclass
from typing import Any, ClassVar

from bench.car.simulated_car import SimulatedCar

TRIES, PAUSE_S = 3, 2.0


@dataclass(frozen=True)
class RepeatsUntilReported:
    """The digital-key module repeats its request until the doors are reported where they should be.

    Attributes:
        tries: how often it asks in all.
        pause_s: from one request to the next.
    """

    caught_by: ClassVar[str] = "one_actuation"
    shown_by: ClassVar[str] = "lock motors that hammer: owners' videos of doors that keep cycling"
    example: ClassVar[str] = "ble_key unlock stale_value"

    tries: int = TRIES
    pause_s: float = PAUSE_S

    def fit(self, car: SimulatedCar) -> None:
        """Repeat, so long as the report does not fit."""
        module = car.digital_key
        sound = module.request

        async def repeat(arguments: tuple[Any, ...]) -> None:
            wanted_locked = arguments[0] == "lock"
            for number in range(self.tries):
                if number and module.doors_locked() == wanted_locked:
                    return
                sound(*arguments)
                await asyncio.sleep(self.pause_s)

        def request(*arguments: Any) -> None:
            module.start_task(repeat(arguments))

        module.request = request  # type: ignore[method-assign,assignment]  # takes its place
