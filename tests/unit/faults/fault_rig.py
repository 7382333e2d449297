"""What tests of faults act on: a cloud with links, in simulated time."""

from bench.clock.simulated import SimulatedTime
from bench.cloud.backend import Backend
from bench.faults.fault import Site
from bench.faults.injector import Injector, parse_fault
from bench.journal import Journal
from bench.network.memory import MemoryInternet
from bench.network.network import MOBILE_DELAY_S, Network


class FaultRig:
    """A cloud with a phone's links, and nobody who uses them."""

    def __init__(self, time, delay_s=MOBILE_DELAY_S):
        self.journal = Journal(time.now_ns)
        self.network = Network(self.journal, delay_s=delay_s)
        self.cloud = Backend(time, self.journal, self.network, 1)
        self.site = Site(self.network, self.cloud.front, self.cloud.state)
        self.injector = Injector(self.site, self.journal, 1)

    async def open(self):
        await self.cloud.start()
        await self.network.connect("phone")

    async def close(self):
        await self.cloud.stop()
        self.network.close()

    def arm(self, spec):
        return self.injector.arm(parse_fault(spec, source="test"))


def played(rig_class):
    """Yield what runs a test's coroutine function in simulated time, with a rig."""
    time = SimulatedTime()
    MemoryInternet(time.loop)

    async def run(body):
        rig = rig_class(time)
        await rig.open()
        try:
            await body(rig)
        finally:
            await rig.close()
            await time.drain()

    yield lambda body: time.run(run(body))
    time.close()
