"""A unit that waits for a punctual message."""

import asyncio
from dataclasses import dataclass
from typing import Any, ClassVar

from bench.can.frame import Reception
from bench.car.simulated_car import SimulatedCar
from bench.units import NS_PER_S

PATIENCE_S = 1.0
TOLERANCE = 2.0


@dataclass(frozen=True)
class WaitsForCycle:
    """The digital-key module asks for the doors only while it hears how they stand, punctually.

    It takes two reports further apart than twice their period for a lost body controller.
    """

    caught_by: ClassVar[str] = "independence"
    shown_by: ClassVar[str] = "deadline monitoring whose reaction is to do nothing at all"
    example: ClassVar[str] = "ble_key unlock wrong_cycle"

    def fit(self, car: SimulatedCar) -> None:
        """Let the module wait for two punctual reports before it asks."""
        module, loop = car.digital_key, car.loop
        sound = module.request
        bus = module.connector.bus_of("door_lock_state")
        if bus is None:
            return
        role = bus.roles.role("door_lock_state")
        most_s = TOLERANCE * bus.roles.cycle_of(role.message)[0]
        heard_s = [-1.0, -1.0]

        def heard(reception: Reception) -> None:
            # by the bench clock, as frames are stamped: the loop's own has another zero
            heard_s[:] = [heard_s[1], reception.t_ns / NS_PER_S]

        def punctual() -> bool:
            silent_s = car.time.now_ns() / NS_PER_S - heard_s[1]
            return heard_s[1] - heard_s[0] <= most_s and silent_s <= most_s

        async def wait_and_ask(arguments: tuple[Any, ...]) -> None:
            until_s = loop.time() + PATIENCE_S
            while not punctual():
                if loop.time() >= until_s:
                    module.note("body controller lost: not asked", arguments[-1])
                    return
                await asyncio.sleep(0.02)
            sound(*arguments)

        def request(*arguments: Any) -> None:
            module.start_task(wait_and_ask(arguments))

        bus.port.listen([role.key], heard, every=True)
        module.request = request  # type: ignore[method-assign,assignment]  # takes its place
