"""A door's lock with its nets."""

from bench.car.door_lock import DoorLock, LockParameters
from bench.wiring.nets import Wiring


class Door:
    """A lock with its nets: `edges` has (seconds, net, mV, cause)."""

    def __init__(self, time, supply_mv=12_000, name="driver"):
        self.loop, wiring = time.loop, Wiring()
        self.supply = wiring.net("terminal_30")
        self.supply.drive("battery", supply_mv)
        self.drive, self.latch = wiring.net("drive"), wiring.net("latch")
        self.edges = []
        for net in (self.drive, self.latch):
            net.watch(self.note)
        self.lock = DoorLock(name, self.drive, self.latch, self.supply, LockParameters())

    def note(self, net, cause):
        self.edges.append((round(self.loop.time(), 6), net.name, net.mv, cause))
