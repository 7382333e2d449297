"""What a telematics unit costs, counted once a minute: bytes, time on the buses.

Only what a bench sees of a real unit, too: its link, the wires, the supplies' own readings.
"""

import asyncio

from bench.can.frame import Reception
from bench.can.wire import duration_ns
from bench.clock.simulated_loop import SimulatedLoop
from bench.events import BusCounted, LinkCounted
from bench.events.telematics import TCU
from bench.station.station import Station

PERIOD_S = 60.0


class DisciplineMeter:
    """Counts from `begin` until the station closes.

    Args:
        station: open.
    """

    def __init__(self, station: Station) -> None:
        self._station = station
        self._busy_ns: dict[str, int] = {}
        self._loop = asyncio.get_running_loop()

    def begin(self) -> None:
        """Begin to count."""
        station = self._station
        if not isinstance(self._loop, SimulatedLoop):
            for bus in station.buses.observed():
                self._listen(bus)
        station.time.spawn(self._live(), "discipline meter")

    async def _live(self) -> None:
        while True:
            self._count()
            await asyncio.sleep(PERIOD_S)

    def _count(self) -> None:
        station = self._station
        station.journal.write(LinkCounted(TCU, *station.network.counted(TCU)))
        for bus in station.buses.observed():
            port = station.buses.bench_port(bus)
            frames = port.frames()
            busy_ns = self._busy_ns.get(bus)
            if busy_ns is None:
                busy_ns = station.buses.busy_ns(bus)
            station.journal.write(BusCounted(bus, frames, busy_ns))

    def _listen(self, bus: str) -> None:
        """Add up how long each frame takes: an interface does not tell."""
        bitrate, data_bitrate = self._station.buses.bit_rates[bus]
        self._busy_ns[bus] = 0

        def heard(reception: Reception) -> None:
            self._busy_ns[bus] += duration_ns(reception.frame, bitrate, data_bitrate)

        self._station.buses.bench_port(bus, "meter").listen(None, heard, every=True)
