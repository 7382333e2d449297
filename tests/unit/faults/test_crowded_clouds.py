"""What a fault of capacity asks of the cloud, of which part of it, and for how long."""

import asyncio

import pytest
from fault_rig import FaultRig, played

from bench.capacity.limits import Limits
from bench.events import CloudLoad
from bench.network.http_client import HttpClient
from bench.network.network import DOMAIN

API = f"https://api.{DOMAIN}"
TEN_A_SECOND = Limits(workers=1, service_s=0.1, law="deterministic", queue=100)
ONE_A_SECOND = Limits(workers=1, service_s=1, law="deterministic", queue=100)
NOBODY = "load=0.000001"


class Rig(FaultRig):
    """A cloud, and a phone that asks what needs no session."""

    async def open(self):
        await super().open()
        self.phone = HttpClient("phone", self.network.names, self.journal)

    async def close(self):
        await self.phone.close()
        await super().close()

    async def ask(self, path):
        """Return the status of an answer, and how long it took in seconds."""
        began_s = asyncio.get_running_loop().time()
        reply = await self.phone.request("GET", API + path, cause=None)
        return reply.status, asyncio.get_running_loop().time() - began_s

    async def offered_per_s(self, spec, limits, lasts_s):
        """Return what others ask of a cloud that the bench file limits, while a fault is on."""
        self.cloud.state.capacity.limit("any", limits)
        self.arm(spec)
        await asyncio.sleep(lasts_s)
        loads = [e.event for e in self.journal.entries if isinstance(e.event, CloudLoad)]
        return sum(load.offered_per_s for load in loads) / len(loads)


@pytest.fixture
def play():
    """Runs a test's coroutine function in simulated time, with a rig."""
    yield from played(Rig)


@pytest.mark.parametrize("name", ["brown_out", "cold_restart", "retry_storm"])
def test_others_ask_for_as_many_times_what_can_be_served_as_was_said(play, name):
    async def body(rig):
        more = {"cold_restart": ",down_s=0", "retry_storm": ",slowness=1"}.get(name, "")
        offered = await rig.offered_per_s(f"{name}:load=0.5{more}", TEN_A_SECOND, 200)
        assert offered == pytest.approx(5, rel=0.15)

    play(body)


@pytest.mark.parametrize(
    ("spec", "times"),
    [
        ("brown_out:load=0.5", 1),
        ("cold_restart:load=0.5,down_s=1000", 3),
        ("retry_storm:load=0.5,tries=2,slowness=1000,trigger_s=1000", 2),
        ("retry_storm:load=0.5,tries=1,slowness=1000,trigger_s=1000", 1),
    ],
)
def test_others_who_are_not_served_try_as_often_as_was_said(play, spec, times):
    async def body(rig):
        full = Limits(workers=1, service_s=0.1, law="deterministic", queue=0)
        offered = await rig.offered_per_s(spec, full, 200)
        assert offered == pytest.approx(5 * times, rel=0.15)

    play(body)


def test_a_budget_of_tries_keeps_a_storm_small(play):
    async def body(rig):
        full = Limits(workers=1, service_s=0.1, law="deterministic", queue=0)
        storm = "retry_storm:load=0.5,tries=4,slowness=1000,trigger_s=1000,retry_budget=0"
        offered = await rig.offered_per_s(storm, full, 200)
        assert 5 < offered < 10, "each of them may try once again, and not three times"

    play(body)


def test_a_part_of_the_cloud_is_loaded_and_the_other_parts_are_not(play):
    async def body(rig):
        capacity = rig.cloud.state.capacity
        for part in ("status", "assistant"):
            capacity.limit(part, TEN_A_SECOND)
        armed = rig.arm("brown_out:endpoint=assistant,load=20")
        await asyncio.sleep(10)
        status, took_s = await rig.ask("/status")
        assert (status, armed.met) == (200, 0)
        assert took_s < 1
        busy = await rig.ask("/api/1/assistant/understand")
        assert busy[0] == 503 or busy[1] > 5
        assert armed.met == 1

    play(body)


def test_what_limits_the_interface_limits_no_push_channel_and_what_limits_all_does(play):
    async def body(rig):
        capacity = rig.cloud.state.capacity
        capacity.limit("api", TEN_A_SECOND)
        assert capacity.of("push") is None
        assert capacity.of("status") is capacity.of("api") is capacity.limited["api"]
        capacity.limit("any", TEN_A_SECOND)
        assert capacity.of("push") is capacity.limited["any"]
        assert capacity.of("status") is capacity.limited["api"], "the nearest counts"
        capacity.limit("status", TEN_A_SECOND)
        assert capacity.of("status") is capacity.limited["status"]

    play(body)


def test_what_loads_all_of_the_cloud_loads_each_part_that_has_limits_of_its_own(play):
    async def body(rig):
        for part in ("status", "assistant"):
            rig.cloud.state.capacity.limit(part, TEN_A_SECOND)
        armed = rig.arm("brown_out:load=20")
        await asyncio.sleep(10)
        for path in ("/status", "/api/1/assistant/understand"):
            await rig.ask(path)
        assert armed.met == 2

    play(body)


def test_a_weakness_is_over_after_its_time_and_its_fault_leaves_nobody_faster_than_before(play):
    async def body(rig):
        rig.cloud.state.capacity.limit("any", ONE_A_SECOND)
        armed = rig.arm(f"retry_storm:{NOBODY},slowness=5,trigger_s=60")
        took_s = [(await rig.ask("/status"))[1]]
        await asyncio.sleep(60)
        took_s.append((await rig.ask("/status"))[1])
        rig.injector.clear(armed)
        took_s.append((await rig.ask("/status"))[1])
        assert [round(each) for each in took_s] == [5, 1, 1]

    play(body)


def test_a_weakness_that_is_cleared_in_its_time_leaves_nobody_slow(play):
    async def body(rig):
        rig.cloud.state.capacity.limit("any", ONE_A_SECOND)
        armed = rig.arm(f"retry_storm:{NOBODY},slowness=5,trigger_s=60")
        assert round((await rig.ask("/status"))[1]) == 5
        rig.injector.clear(armed)
        assert round((await rig.ask("/status"))[1]) == 1
        await asyncio.sleep(60)
        assert round((await rig.ask("/status"))[1]) == 1, "and not faster when it would have ended"

    play(body)


@pytest.mark.parametrize(("workers", "took_s"), [(1, [5, 10]), (2, [5, 5])])
def test_a_fault_brings_as_many_workers_as_it_says_where_the_file_limits_nothing(
    play, workers, took_s
):
    async def body(rig):
        rig.arm(f"brown_out:{NOBODY},workers={workers},service_s=5,law=deterministic")
        answers = await asyncio.gather(rig.ask("/status"), rig.ask("/status"))
        assert [(status, round(each)) for status, each in answers] == [(200, s) for s in took_s]

    play(body)


def test_who_waits_longer_than_the_load_balancer_does_is_told_504(play):
    async def body(rig):
        rig.arm(f"brown_out:{NOBODY},service_s=9,law=deterministic,response_timeout_s=3")
        status, took_s = await rig.ask("/status")
        assert (status, round(took_s)) == (504, 3)

    play(body)


def test_a_herd_tries_until_each_of_it_has_been_let_in(play):
    async def body(rig):
        rig.cloud.state.capacity.limit(
            "any", Limits(workers=1, service_s=1, law="deterministic", queue=0)
        )
        rig.arm("thundering_herd:clients=20,within_s=1,patience_s=5,base_s=1,cap_s=4")
        await asyncio.sleep(300)
        loads = [e.event for e in rig.journal.entries if isinstance(e.event, CloudLoad)]
        assert sum(load.good_per_s for load in loads) * 5 == pytest.approx(20)
        assert loads[-1].offered_per_s == 0, "and then no more"

    play(body)


def test_a_load_balancer_refuses_with_a_page_and_whole_seconds_that_are_enough(play):
    async def body(rig):
        full = Limits(workers=1, service_s=60, law="deterministic", queue=0, retry_after_s=2.3)
        rig.cloud.state.capacity.limit("any", full)
        rig.arm("brown_out:load=100")
        await asyncio.sleep(10)
        reply = await rig.phone.request("GET", f"{API}/status", cause=None)
        assert (reply.status, reply.retry_after) == (503, "3")
        assert reply.content_type == "text/html"
        assert b"503 Service Unavailable" in reply.body

    play(body)


def test_who_waits_for_a_turn_is_served_at_once_when_there_is_no_limit_any_more(play):
    async def body(rig):
        slow = Limits(workers=1, service_s=60, law="deterministic", queue=100)
        lift = rig.cloud.state.capacity.limit("any", slow)
        asking = asyncio.ensure_future(rig.ask("/status"))
        await asyncio.sleep(5)
        assert not asking.done()
        lift()
        status, took_s = await asking
        assert status == 200
        assert took_s < 6

    play(body)


@pytest.mark.parametrize("name", ["brown_out", "retry_storm", "cold_restart", "thundering_herd"])
def test_a_crowd_has_gone_when_its_fault_is_cleared(play, name):
    async def body(rig):
        rig.cloud.state.capacity.limit("any", TEN_A_SECOND)
        load = "clients=1000,within_s=1000" if name == "thundering_herd" else "load=0.5"
        armed = rig.arm(f"{name}:{load}")
        await asyncio.sleep(20)
        rig.injector.clear(armed)
        await asyncio.sleep(100)
        begun = len(rig.journal.entries)
        await asyncio.sleep(50)
        loads = [e.event for e in rig.journal.entries[begun:] if isinstance(e.event, CloudLoad)]
        assert {load.offered_per_s for load in loads} == {0.0}

    play(body)
