"""A fault of any layer acts in its window of time only, and ends in it as if it were cleared."""

import asyncio

import pytest
from fault_rig import FaultRig, played

from bench.errors import ConfigError
from bench.events import FaultBegan, FaultCleared
from bench.faults.injector import faults, parse_fault
from bench.faults.selectors import SELECTORS
from bench.network.names import NameNotResolved
from bench.network.network import DOMAIN


class Rig(FaultRig):
    """A cloud with a phone's links, and nobody who uses them."""

    async def resolves(self):
        try:
            await self.network.names.resolve("phone", f"api.{DOMAIN}")
        except NameNotResolved:
            return False
        return True

    def times_s(self, kind):
        return [e.t_ns / 1e9 for e in self.journal.entries if isinstance(e.event, kind)]


@pytest.fixture
def play():
    """Runs a test's coroutine function in simulated time, with a rig."""
    yield from played(Rig)


def test_a_window_opens_and_closes_on_the_record(play):
    async def body(rig):
        armed = rig.arm("nxdomain:from_s=10,for_s=5")
        seen = []
        for _ in range(4):
            seen.append(await rig.resolves())
            await asyncio.sleep(6)
        assert seen == [True, True, False, True]
        assert rig.times_s(FaultBegan) == [10.0]
        assert rig.times_s(FaultCleared) == [15.0]
        rig.injector.clear(armed)
        assert rig.times_s(FaultCleared) == [15.0], "it is cleared once"
        assert armed.met == 1

    play(body)


def test_a_fault_that_is_cleared_before_its_beginning_never_begins(play):
    async def body(rig):
        armed = rig.arm("refuse:from_s=10,for_s=5")
        await asyncio.sleep(3)
        rig.injector.clear(armed)
        await asyncio.sleep(20)
        assert rig.times_s(FaultBegan) == []
        assert rig.times_s(FaultCleared) == [3.0]

    play(body)


def test_a_fault_that_is_cleared_in_its_window_ends_at_once(play):
    async def body(rig):
        armed = rig.arm("nxdomain:from_s=1,for_s=50")
        await asyncio.sleep(2)
        assert not await rig.resolves()
        rig.injector.clear(armed)
        assert await rig.resolves()

    play(body)


def test_what_a_fault_holds_is_handed_on_when_its_window_closes(play):
    async def body(rig):
        rig.arm("dns_timeout:for_s=4")
        began_s = asyncio.get_running_loop().time()
        assert await rig.resolves()
        assert asyncio.get_running_loop().time() - began_s == pytest.approx(4)

    play(body)


@pytest.mark.parametrize("name", faults().names())
def test_every_fault_has_a_window_and_says_what_it_acts_on(name):
    fault = parse_fault(f"{name}:from_s=3,for_s=4", source="test")
    assert (fault.from_s, fault.for_s) == (3, 4)
    assert fault.acts_on


@pytest.mark.parametrize("name", faults().names())
def test_a_selector_that_makes_no_sense_is_refused_and_the_error_names_those_that_do(name):
    known = {key for key in SELECTORS if hasattr(faults().get(name), key)}
    for key in set(SELECTORS) - known:
        with pytest.raises(ConfigError) as refused:
            parse_fault(f"{name}:{key}=1", source="--faults")
        assert str(refused.value).startswith(f"--faults: {name}.{key}: {name} acts on ")
        assert "from_s, for_s" in str(refused.value)
