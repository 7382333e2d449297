"""A supply that gives another voltage than it was set to is the bench's fault."""

import asyncio

import pytest

from bench.events import BenchFault
from bench.journal import Journal
from bench.station.supply_watch import SupplyWatch
from bench.units import to_ns
from bench.wiring.nets import Wiring


class Supply:
    """One that gives what a test says, whatever it is told."""

    def __init__(self, volts):
        self.volts, self.amperes = volts, 0.5

    def is_on(self):
        return True

    def measure_current(self):
        return self.amperes

    def measure_voltage(self):
        return self.volts


class Looked:
    """A watch that looks at each moment that a test names."""

    def __init__(self, supply, meant_v):
        self.now_s = 0.0
        self.journal = Journal(lambda: to_ns(self.now_s))
        self.watch = SupplyWatch("kl30", supply, 30.0, self.journal, meant_v=meant_v)

    async def begin(self):
        self.net = Wiring().net("terminal_30")
        self.net.drive("kl30", 12_000)
        self.watch.follow(self.net)

    async def at(self, seconds):
        self.net.load("BCM", round(seconds * 1000))
        for _ in range(2):
            await asyncio.sleep(0)

    def said(self):
        return [e.event for e in self.journal.entries if isinstance(e.event, BenchFault)]


def looked(supply, meant_v, *moments, change=lambda _watch, _at_s: None):
    async def live():
        looked = Looked(supply, meant_v)
        await looked.begin()
        looked.watch.switched(on=True)
        for moment in moments:
            looked.now_s = moment
            change(looked.watch, moment)
            await looked.at(moment)
        return looked.said()

    return asyncio.run(live())


def test_another_voltage_is_said_once():
    said = looked(Supply(9.5), 13.5, 4.0, 5.0, 6.0)
    assert said == [BenchFault("supplies.kl30", "gives 9.50 V, and was set to 13.50 V")]


@pytest.mark.parametrize(("gives", "meant"), [(13.5, 13.5), (13.0, 13.5), (3.25, 3.0), (0.2, 0.0)])
def test_what_a_reading_or_a_lead_may_be_off_is_nothing(gives, meant):
    assert looked(Supply(gives), meant, 4.0, 5.0) == []


def test_a_voltage_has_a_moment_to_get_there():
    supply = Supply(13.5)

    def change(watch, at_s):
        if at_s == 10.0:
            watch.set_to(9.0)
        supply.volts = {10.0: 13.5, 11.0: 11.0}.get(at_s, 9.0 if at_s > 10.0 else 13.5)

    assert looked(supply, 13.5, 4.0, 10.0, 11.0, 14.0, change=change) == []


def test_a_supply_in_current_limit_is_told_as_that():
    supply = Supply(9.5)
    supply.amperes = 30.0
    assert looked(supply, 13.5, 4.0) == []
