"""A unit that does not sleep again."""

from collections import deque
from dataclasses import dataclass
from typing import ClassVar

from bench.car.simulated_car import SimulatedCar

WITHIN_S = 100.0


@dataclass(frozen=True)
class AwakeAfterStorm:
    """Woken often in a short time, the body controller takes the car for in use and stays awake.

    Attributes:
        wakes: how many wake-ups within 100 s it takes for use.
    """

    caught_by: ClassVar[str] = "falls_asleep"
    shown_by: ClassVar[str] = "parked cars with flat batteries: owners' and workshops' reports"
    example: ClassVar[str] = "ble_key unlock wakeup_storm"

    wakes: int = 10

    def fit(self, car: SimulatedCar) -> None:
        """Count wake-ups, and keep the bus for ever after too many."""
        bcm = car.bcm
        sound = bcm.keeps_awake
        times: deque[float] = deque(maxlen=self.wakes)
        in_use = [False]

        def on_awake(bus: str, cause: int | None) -> None:
            now = car.loop.time()
            times.append(now)
            if len(times) == self.wakes and now - times[0] < WITHIN_S:
                in_use[0] = True
                bcm.start_task(bcm.wake(cause, bus))

        def keeps_awake() -> bool:
            return in_use[0] or sound()

        bcm.on_awake = on_awake  # type: ignore[method-assign]  # the defect takes its place
        bcm.keeps_awake = keeps_awake  # type: ignore[method-assign]  # the defect takes its place
