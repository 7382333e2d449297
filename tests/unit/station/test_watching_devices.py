"""A device that fails while it is watched is on record at once, whatever its driver raises."""

import asyncio

import pytest

from bench.errors import InstrumentFault
from bench.events import BenchFault, ReceiverLost
from bench.instruments.kinds import Setup
from bench.journal import Journal
from bench.station.polling import Poller
from bench.station.supply_watch import SupplyWatch
from bench.units import to_ns
from bench.wiring.nets import Wiring

RAISED = [
    (InstrumentFault("locks: no answer"), "locks: no answer"),
    (ZeroDivisionError("division by zero"), "ZeroDivisionError: division by zero"),
    (OSError(5, "I/O error"), "OSError: [Errno 5] I/O error"),
]
HANG_S = 10.0


class Device:
    """A driver of somebody else's that raises what a test says."""

    poll_s = 0.001

    def __init__(self, error):
        self.setup, self._error = Setup("device", channels={}), error

    def sample(self):
        raise self._error

    is_on = sample


@pytest.fixture
def journal():
    return Journal(lambda: 0)


def watched(coroutine):
    """Run what watches a device until it looks no more."""
    asyncio.run(asyncio.wait_for(coroutine, HANG_S))


@pytest.mark.parametrize(("error", "said"), RAISED)
def test_a_meter_that_is_polled(journal, error, said):
    watched(Poller("locks", Device(error), journal, lambda: 0).poll())
    assert [e.event for e in journal.entries] == [ReceiverLost("meters.locks", said)]


@pytest.mark.parametrize(("error", "said"), RAISED)
def test_a_supply_that_is_polled(journal, error, said):
    watch = SupplyWatch("kl30", Device(error), 30.0, journal)
    watch.switched(on=True)
    watched(watch.poll())
    assert [e.event for e in journal.entries] == [BenchFault("supplies.kl30", said)]


@pytest.mark.parametrize(("error", "said"), RAISED)
def test_a_supply_that_is_looked_at_whenever_something_is_drawn(journal, error, said):
    async def draw():
        watch = SupplyWatch("kl30", Device(error), 30.0, journal)
        watch.switched(on=True)
        net = Wiring().net("terminal_30")
        net.drive("kl30", 12_000)
        watch.follow(net)
        for ma in (100, 200):  # said once
            net.load("BCM", ma)
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    watched(draw())
    assert [e.event for e in journal.entries] == [BenchFault("supplies.kl30", said)]


class Blind:
    """A supply that is on, gives too little, and does not tell its current."""

    def is_on(self):
        return True

    def measure_current(self):
        return None

    def measure_voltage(self):
        return 9.0


def test_a_supply_that_does_not_tell_its_current_is_watched_by_its_voltage():
    now = [0]
    journal = Journal(lambda: now[0])
    watch = SupplyWatch("kl30", Blind(), 30.0, journal, meant_v=13.5)
    watch.switched(on=True)
    watch.record()
    now[0] = to_ns(5)
    watch.record()
    [fault] = [entry.event for entry in journal.entries]
    assert fault == BenchFault("supplies.kl30", "gives 9.00 V, and was set to 13.50 V")
