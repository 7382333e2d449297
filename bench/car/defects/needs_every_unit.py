"""A unit that wants all others to be there."""

import asyncio
from dataclasses import dataclass
from typing import ClassVar

from bench.can.frame import Reception
from bench.car.door_lock import Direction
from bench.car.harness import nm_identifier
from bench.car.simulated_car import SimulatedCar

PATIENCE_S = 0.5


@dataclass(frozen=True)
class NeedsEveryUnit:
    """The body controller opens for nobody while the digital-key module does not report itself.

    The module takes part in network management whenever the bus wakes; so its silence is noticed.
    """

    caught_by: ClassVar[str] = "independence"
    shown_by: ClassVar[str] = "limp-home modes that a missing message sets off"
    example: ClassVar[str] = "peps_fob unlock lost_node"

    def fit(self, car: SimulatedCar) -> None:
        """Let the module report itself, and the body controller wait for that."""
        module, bcm, loop = car.digital_key, car.bcm, car.loop
        sound = bcm.access
        heard_s = [0.0]

        def report(bus: str, cause: int | None) -> None:
            module.start_task(module.wake(cause, bus))

        def heard(_reception: Reception) -> None:
            heard_s[0] = loop.time()

        async def access(direction: Direction, source: str, cause: int | None) -> bool:
            until_s = loop.time() + PATIENCE_S
            while loop.time() - heard_s[0] > PATIENCE_S and source != "cylinder":
                if loop.time() >= until_s:
                    bcm.note("digital-key module missing: refused", cause)
                    return False
                await asyncio.sleep(0.05)
            return await sound(direction, source, cause)

        module.on_awake = report  # type: ignore[method-assign]  # the defect takes its place
        bcm.access = access  # type: ignore[method-assign]  # the defect takes its place
        for bus in bcm.connector.role_buses():
            identifier = nm_identifier(bus.port.bus, module.node, bus.roles)
            bus.port.listen([identifier], heard, every=True)
