"""Which operations faults meet, and what outlives them."""

import asyncio

import pytest
from fault_rig import FaultRig, played

from bench.access.choosing.usual_faults import default_faults, out_of_reach
from bench.cloud.endpoints import endpoint_of
from bench.config.bench_file import BenchFile
from bench.errors import ConfigError
from bench.faults.injector import Injector, faults
from bench.network.exposure import Exposure
from bench.network.names import NameNotResolved
from bench.network.network import DOMAIN
from bench.presentation.layers import OF_THE_CAR


class Rig(FaultRig):
    """A cloud with a phone's links, and nobody who uses them."""

    async def reason(self, name="api"):
        """Return why a name does not resolve ("": it does)."""
        try:
            await self.network.names.resolve("phone", f"{name}.{DOMAIN}")
        except NameNotResolved as error:
            return error.reason
        return ""


@pytest.fixture
def play():
    """Runs a test's coroutine function in simulated time, with a rig."""
    yield from played(Rig)


@pytest.mark.parametrize(
    ("path", "endpoint"),
    [
        ("/oauth2/token", "auth"),
        ("/api/1/vehicles/V/command/door_unlock", "command"),
        ("/api/1/vehicles/V/wake_up", "command"),
        ("/api/1/commands/17", "command"),
        ("/api/1/vehicles/V/keys", "key"),
        ("/api/1/vehicles/V/keys/K/session", "key"),
        ("/api/1/vehicles/V/state", "status"),
        ("/api/1/vehicles", "status"),
        ("/api/1/assistant/understand", "assistant"),
        ("/status", "status"),
        ("/push/vehicle/V", "push"),
    ],
)
def test_every_part_of_the_interface_has_its_name(path, endpoint):
    assert endpoint_of(path) == endpoint


def test_a_remembered_bad_answer_outlives_the_repair_by_its_time_and_no_longer(play):
    async def body(rig):
        armed = rig.arm("stale_ttl:ttl_s=900")
        assert await rig.reason() == "empty"
        await asyncio.sleep(300)
        rig.injector.clear(armed)
        met = armed.met
        assert await rig.reason("push") == ""  # nobody has asked for that one before
        assert await rig.reason() == "empty"
        await asyncio.sleep(599)
        assert await rig.reason() == "empty"
        await asyncio.sleep(2)
        assert await rig.reason() == ""
        assert armed.met == met == 1

    play(body)


@pytest.mark.parametrize(("name", "reason"), [("nxdomain", "nxdomain"), ("empty_answer", "empty")])
def test_a_negative_answer_is_remembered_by_who_asked_and_not_drawn_anew(play, name, reason):
    async def body(rig):
        armed = rig.arm(f"{name}:ttl_s=60,first=1")
        assert [await rig.reason() for _ in range(3)] == [reason] * 3
        assert await rig.reason("push") == "", "the first question has been used up"
        rig.injector.clear(armed)
        await asyncio.sleep(59)
        assert await rig.reason() == reason
        await asyncio.sleep(2)
        assert await rig.reason() == ""
        assert armed.met == 3

    play(body)


def test_questions_of_one_party_fail_and_those_of_others_do_not(play):
    async def body(rig):
        rig.arm("servfail:party=tcu")
        assert await rig.reason() == ""

    play(body)


def test_a_wrong_address_is_the_one_that_was_asked_for(play):
    async def body(rig):
        right = await rig.network.names.resolve("phone", f"api.{DOMAIN}")
        armed = rig.arm("wrong_address:ip=127.0.0.99")
        wrong = await rig.network.names.resolve("phone", f"api.{DOMAIN}")
        assert (wrong, armed.met) == (("127.0.0.99", right[1]), 1)

    play(body)


@pytest.mark.parametrize(
    ("ip", "error"),
    [
        (
            "203.0.113.7",
            r"not loopback, and phone of this bench must not leave it: .*127\.0\.0\.99",
        ),
        ("nowhere", r'wrong_address\.ip: "nowhere" is no IPv4 address'),
    ],
)
def test_an_address_to_which_the_benchs_own_parties_must_not_go_is_refused(play, ip, error):
    async def body(rig):
        with pytest.raises(ConfigError, match=error):
            rig.arm(f"wrong_address:ip={ip}")

    play(body)


def test_a_real_device_is_sent_wherever_it_is_to_go(play):
    async def body(rig):
        await rig.network.connect("tcu", exposure=Exposure("127.0.0.1", {}))
        rig.arm("wrong_address:ip=203.0.113.7,party=tcu")
        assert (await rig.network.names.resolve("tcu", f"api.{DOMAIN}"))[0] == "203.0.113.7"

    play(body)


def test_a_question_that_is_open_when_the_resolver_comes_back_is_answered(play):
    async def body(rig):
        armed = rig.arm("dns_timeout:after_s=10")
        patient = asyncio.ensure_future(rig.reason())
        await asyncio.sleep(9)
        rig.injector.clear(armed)
        assert await patient == ""
        armed = rig.arm("dns_timeout:after_s=10")
        assert await rig.reason() == "timeout"
        rig.injector.clear(armed)

    play(body)


def test_a_share_of_the_questions_fails_and_the_seed_decides_which(play):
    async def body(rig):
        drawn = []
        for _ in range(2):
            rig.injector = Injector(rig.site, rig.journal, 7)
            armed = rig.arm("servfail:share=0.5")
            drawn.append([await rig.reason() for _ in range(40)])
            rig.injector.clear(armed)
        assert drawn[0] == drawn[1]
        assert 10 < drawn[0].count("servfail") < 30

    play(body)


def test_an_address_that_a_real_device_would_not_notice_is_refused_before_anything_happens(play):
    async def body(rig):
        await rig.network.connect("tcu", exposure=Exposure("127.0.0.1", {}))
        with pytest.raises(ConfigError, match=r"wrong_address: .* for tcu: take wrong_host"):
            rig.arm("wrong_address")
        assert await rig.reason() == ""

    play(body)


@pytest.mark.parametrize("push", ["websocket", "mqtt"])
def test_the_default_campaign_injects_every_fault_of_the_cloud_or_says_why_not(push):
    without = out_of_reach(BenchFile(), push)
    chosen = {spec.partition(":")[0] for spec in default_faults(push, without)}
    of_the_cloud = {n for n in faults().names() if faults().folder_of(n) not in OF_THE_CAR}
    assert chosen | set(without) == of_the_cloud
    assert not chosen & set(without)
    assert all(without.values())
    assert ("connack_refused" in chosen) == (push == "mqtt")
    assert "takes no key away" in without["revocation_lag"]
