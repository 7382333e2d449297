"""A body controller on a table: another world, of which the bench sees plugs only.

It lives on a thread and a clock of its own, is on the bus by a python-can connection of its own,
and its wires are soldered to the bench's nets one by one. Nothing else is shared, as with the real
thing; that it is made of the simulated car's own BCM does not make the bench's part any easier.
"""

import asyncio
from collections.abc import Iterable
from pathlib import Path

from bench.can.interface.bus import InterfaceBus
from bench.can.interface.causes import Causes
from bench.can.interface.opening import open_channel
from bench.can.port import Port
from bench.car.central_locking import DOORS
from bench.car.model import load_car
from bench.car.simulated_car import SimulatedCar
from bench.car.surroundings import Surroundings
from bench.clock.real import RealTime
from bench.journal import Journal
from bench.radio.air import Air
from bench.station.real_units import NODES
from bench.station.station import Station
from bench.wiring.nets import Net, Wiring

IN = ("terminal_30", "cylinder_unlock", "cylinder_lock", "interior_unlock", "interior_lock",
      "door_driver_open", *(f"keypad_{digit}" for digit in range(10)))  # fmt: skip
OUT = tuple(f"{kind}_{door}" for kind in ("lock_motor", "latch") for door in DOORS)


class Table:
    """The table, from `switch_on` to `close`.

    Args:
        station: the bench's; its nets are what the wires end on.
        channel: of python-can's virtual interface.
    """

    def __init__(self, station: Station, channel: str) -> None:
        self.time = RealTime()
        self.journal = Journal(self.time.now_ns)
        self.wiring = Wiring()
        self._station, self._channel = station, channel
        self._stops = []
        self.time.run(self._build())

    async def _build(self) -> None:
        self.bus = InterfaceBus(
            "body", open_channel("body", "virtual", self._channel),
            now_ns=self.time.now_ns, journal=None, causes=Causes(),
        )  # fmt: skip
        self.inside = InterfaceBus(
            "telematics", None, now_ns=self.time.now_ns, journal=None, causes=Causes()
        )
        around = Surroundings(
            load_car("sound", Path()), self.time, self.journal, self.wiring, Air(self.journal),
            role_maps=self._station.buses.role_maps, make_port=self._port, seed=1, fobs=[],
        )  # fmt: skip
        self.car = SimulatedCar(around, blade=b"", real=set(NODES) - {"bcm"})
        self.car.place(locked=True, mode="off")

    def _port(self, bus: str, node: str) -> Port:
        return (self.bus if bus == "body" else self.inside).port(node)

    async def solder(self) -> None:
        """Connect the wires; called on the bench's loop."""
        here, there = self._station.wiring, self.wiring
        bench_loop = asyncio.get_running_loop()
        self._wire(IN, here, there, self.time.loop)
        await asyncio.wrap_future(
            asyncio.run_coroutine_threadsafe(self._solder_back(bench_loop), self.time.loop)
        )

    async def _solder_back(self, bench_loop: asyncio.AbstractEventLoop) -> None:
        self._wire(OUT, self.wiring, self._station.wiring, bench_loop)

    def _wire(
        self, names: Iterable[str], source: Wiring, sink: Wiring, loop: asyncio.AbstractEventLoop
    ) -> None:
        for name in names:
            far = sink.net(name)

            def follow(net: Net, _cause: int | None, far: Net = far) -> None:
                loop.call_soon_threadsafe(far.drive, "wire", net.mv)

            self._stops.append(source.net(name).watch(follow))
            loop.call_soon_threadsafe(far.drive, "wire", source.net(name).mv)

    def close(self) -> None:
        """Unplug everything."""
        for stop in self._stops:
            stop()

        async def close() -> None:
            self.bus.close()
            self.inside.close()

        self.time.run(close())
        self.time.close()
