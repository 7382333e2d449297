"""Which links, connections and directions a fault meets, and how often."""

import asyncio
from random import Random
from statistics import fmean, median, stdev

import pytest
from fault_rig import FaultRig, played

from bench.clock.simulated import SimulatedTime
from bench.errors import ConfigError
from bench.events import FaultMet
from bench.faults.delay_law import draw_delay_s
from bench.faults.injector import Injector
from bench.faults.window import in_turns
from bench.network.network import DOMAIN

ASKED = b"GET /status HTTP/1.1\r\nHost: api\r\n\r\n"


class Rig(FaultRig):
    """A cloud with the links of a phone and a telematics unit."""

    def __init__(self, time):
        super().__init__(time, delay_s=0.0)
        self.writers, self.arrived_s = [], []

    @property
    def writer(self):
        return self.writers[-1]

    async def open(self):
        """Let a server that only listens stand in the API's place."""
        await self.cloud.start()
        self.sink = await asyncio.start_server(self.swallow, "127.0.0.1", 0)
        self.network.expose("api", self.sink.sockets[0].getsockname()[:2])
        for party in ("phone", "tcu"):
            await self.network.connect(party)

    async def swallow(self, reader, writer):
        while await reader.read(4096):
            self.arrived_s.append(asyncio.get_running_loop().time())
        writer.close()

    async def close(self):
        for writer in self.writers:
            writer.close()
        await self.cloud.stop()
        self.network.close()
        self.sink.close()
        await asyncio.sleep(1)

    async def connect(self, party="phone"):
        """Return whether a party's connection is taken, and lives."""
        address = await self.network.names.resolve(party, f"api.{DOMAIN}")
        try:
            async with asyncio.timeout(0.5):
                _, writer = await asyncio.open_connection(*address)
        except (OSError, TimeoutError):
            return False
        self.writers.append(writer)
        return True

    def met(self):
        return [e.event.party for e in self.journal.entries if isinstance(e.event, FaultMet)]


@pytest.fixture
def play():
    """Runs a test's coroutine function in simulated time, with a rig."""
    yield from played(Rig)


def test_the_links_of_one_party_are_met_and_those_of_others_are_not(play):
    async def body(rig):
        rig.arm("refuse:party=tcu")
        assert await rig.connect("phone")
        assert not await rig.connect("tcu")
        assert rig.met() == ["tcu/api"]

    play(body)


@pytest.mark.parametrize("spec", ["refuse:party=head_unit", "no_coverage:party=tcu,side=phone"])
def test_a_party_that_has_no_link_there_is_refused_before_anything_happens(play, spec):
    async def body(rig):
        with pytest.raises(ConfigError, match=r'\.party: "\w+" has no link here'):
            rig.arm(spec)

    play(body)


@pytest.mark.parametrize("name", ["refuse", "new_conn_only", "blackhole_syn"])
def test_the_first_attempts_fail_and_later_ones_do_not(play, name):
    async def body(rig):
        armed = rig.arm(f"{name}:first=2,service=api")
        assert [await rig.connect() for _ in range(4)] == [False, False, True, True]
        assert armed.met == 2
        rig.injector.clear(armed)
        assert await rig.connect()

    play(body)


def test_a_share_of_the_attempts_fails_and_the_seed_decides_which(play):
    async def body(rig):
        drawn = []
        for _ in range(2):
            rig.injector = Injector(rig.site, rig.journal, 7)
            armed = rig.arm("new_conn_only:share=0.5")
            drawn.append([await rig.connect() for _ in range(40)])
            rig.injector.clear(armed)
        assert drawn[0] == drawn[1]
        assert 10 < drawn[0].count(False) < 30

    play(body)


def test_the_first_connections_count_over_all_links_together(play):
    async def body(rig):
        armed = rig.arm("timeout:after_s=0,first=1,direction=up")
        for party in ("tcu", "phone", "tcu"):
            assert await rig.connect(party)
            rig.writer.write(ASKED)
            await asyncio.sleep(0.1)
        assert rig.met() == ["tcu/api"]
        rig.injector.clear(armed)

    play(body)


def test_a_connection_is_drawn_once_for_all_its_life(play):
    async def body(rig):
        rig.arm("latency:share=0.5,delay_s=0.01,jitter_s=0,direction=up")
        assert await rig.connect()
        for _ in range(20):
            rig.writer.write(ASKED)
            await asyncio.sleep(0.1)
        assert len(rig.met()) in {0, 20}

    play(body)


def test_connections_that_a_fault_does_not_concern_do_not_use_its_count_up(play):
    async def body(rig):
        assert await rig.connect()
        armed = rig.arm("handshake_stall:first=1")
        assert await rig.connect()
        link = rig.network.links["phone", "api"]
        held = [len(c.pipes["down"]._stages) for c in link.connections.values()]
        assert held == [0, 1], "the one that was open is spared, and the first new one is met"
        rig.injector.clear(armed)

    play(body)


def test_coverage_comes_and_goes(play):
    async def body(rig):
        rig.arm("no_coverage:party=phone,period_s=10,duty=0.3")
        seen = []
        for _ in range(8):
            try:
                seen.append(await rig.connect("phone"))
            except OSError:
                seen.append(None)
            await asyncio.sleep(2.0)
        assert seen == [None, None, True, True, True, None, None, True]

    play(body)


@pytest.mark.parametrize("name", ["no_coverage", "silence"])
@pytest.mark.parametrize(
    ("chosen", "woken"),
    [("party=witness_tcu", ["judged"]), ("party=tcu", ["witness"]), ("side=car", []),
     ("party=phone", ["judged", "witness"]), ("side=phone", ["judged", "witness"])],
)  # fmt: skip
def test_text_messages_are_lost_on_their_way_to_units_whose_links_are_met(
    play, name, chosen, woken
):
    async def body(rig):
        await rig.network.connect("witness_tcu")
        carrier, seen = rig.cloud.state.carrier, []
        carrier.subscribe("VIN", lambda _cause: seen.append("judged"), "tcu")
        carrier.subscribe("WITNESS", lambda _cause: seen.append("witness"), "witness_tcu")
        rig.arm(f"{name}:{chosen}")
        for vehicle in ("VIN", "WITNESS"):
            carrier.tap(vehicle, None)
        await asyncio.sleep(10)
        assert seen == woken

    play(body)


def test_taking_turns_ends_with_the_clearing_in_either_half():
    time = SimulatedTime()
    log = []

    async def run(wait_s, duty=0.5):
        log.clear()

        def put():
            log.append("on")
            return lambda: log.append("off")

        undo = in_turns(put, 10.0, duty)
        await asyncio.sleep(wait_s)
        undo()
        await asyncio.sleep(30)
        return list(log)

    assert time.run(run(2)) == ["on", "off"]
    assert time.run(run(7)) == ["on", "off"]
    assert time.run(run(12)) == ["on", "off", "on", "off"]
    assert time.run(run(35, duty=1)) == ["on", "off"], "all of it, without a gap"
    time.close()


@pytest.mark.parametrize("law", ["uniform", "normal", "lognormal"])
def test_delays_have_the_mean_and_the_spread_that_were_asked_for(law):
    rng = Random(1)
    drawn = [draw_delay_s(law, 0.4, 0.1, rng) for _ in range(20_000)]
    assert fmean(drawn) == pytest.approx(0.4, rel=0.01)
    spread = 0.2 / 12**0.5 if law == "uniform" else 0.1
    assert stdev(drawn) == pytest.approx(spread, rel=0.03)
    assert min(drawn) >= 0
    middle = (
        0.4 / (1 + 0.25**2) ** 0.5 if law == "lognormal" else 0.4
    )  # below the mean: a long tail
    assert median(drawn) == pytest.approx(middle, rel=0.01)


def test_a_burst_loses_chunks_in_a_row(play):
    async def body(rig):
        rig.arm("stall:loss=0.1,burst=4,most=1,rto_s=0.01,direction=up,service=api")
        assert await rig.connect()
        lost = []
        for _ in range(200):
            before = len(rig.met())
            rig.writer.write(ASKED)
            await asyncio.sleep(0.1)
            lost.append(len(rig.met()) > before)
        runs = "".join("x" if each else " " for each in lost).split()
        assert len(runs) > 1
        assert all(len(run) % 4 == 0 for run in runs[:-1])

    play(body)


@pytest.mark.parametrize(
    ("spec", "late_s", "lost"),
    [
        ("loss=1,rto_s=1,most=1", 1, 1),
        ("loss=1,rto_s=1,most=4", 1 + 2 + 4 + 8, 4),
        ("loss=1,rto_s=40,most=3", 40 + 60 + 60, 3),
        ("loss=0,rto_s=1,most=3", 0, 0),
    ],
)
def test_a_chunk_that_is_lost_again_waits_twice_as_long_each_time_and_never_over_a_minute(
    play, spec, late_s, lost
):
    async def body(rig):
        armed = rig.arm(f"stall:{spec},direction=up,service=api")
        assert await rig.connect()
        began_s = asyncio.get_running_loop().time()
        rig.writer.write(ASKED)
        await asyncio.sleep(200)
        assert [at_s - began_s for at_s in rig.arrived_s] == pytest.approx([late_s])
        assert armed.met == lost

    play(body)


def test_a_chunk_is_lost_again_as_often_as_its_share_says_and_not_always(play):
    async def body(rig):
        armed = rig.arm("stall:loss=0.5,rto_s=0.01,most=9,direction=up,service=api")
        assert await rig.connect()
        for _ in range(400):
            rig.writer.write(ASKED)
            await asyncio.sleep(10)
        # of 400 chunks half are lost once, of those half again, and so on: as many as there are
        assert armed.met == pytest.approx(400, rel=0.2)

    play(body)


@pytest.mark.parametrize(
    ("spec", "error"),
    [("refuse", ConnectionRefusedError), ("blackhole_syn", TimeoutError),
     ("refuse:first=1", None), ("refuse:share=0.5", None)],
)  # fmt: skip
def test_who_remembers_an_address_meets_what_all_meet_and_is_never_drawn(play, spec, error):
    async def body(rig):
        address = await rig.network.names.resolve("phone", f"api.{DOMAIN}")
        armed = rig.arm(spec)
        found = None
        try:
            async with asyncio.timeout(5):
                _, writer = await asyncio.open_connection(*address)
            writer.close()
        except (TimeoutError, ConnectionRefusedError) as failed:
            found = type(failed)
        assert found is error
        assert armed.met == 0, "nobody can count who does not ask"

    play(body)


def test_who_remembers_an_address_is_not_answered_without_coverage(play):
    async def body(rig):
        address = await rig.network.names.resolve("phone", f"api.{DOMAIN}")
        armed = rig.arm("no_coverage")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(5):
                await asyncio.open_connection(*address)
        rig.injector.clear(armed)
        _, writer = await asyncio.open_connection(*address)
        writer.close()

    play(body)
