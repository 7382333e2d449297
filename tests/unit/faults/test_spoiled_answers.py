"""What arrives of an answer that a fault has spoiled: how much, how fast, and from where."""

import asyncio
import json
from itertools import pairwise

import aiohttp
import pytest
from fault_rig import FaultRig, played

from bench.cloud.state import OPERATIONAL
from bench.network.http_client import HttpClient
from bench.network.network import DOMAIN

STATUS = f"https://api.{DOMAIN}/status"
RIGHT = {"status": OPERATIONAL}
WHOLE = json.dumps(RIGHT).encode()


class Rig(FaultRig):
    """A cloud with its status page, and two phones that read it."""

    async def open(self):
        await super().open()
        await self.network.connect("witness_phone")
        self.phones = {
            party: HttpClient(party, self.network.names, self.journal)
            for party in ("phone", "witness_phone")
        }

    async def close(self):
        for phone in self.phones.values():
            await phone.close()
        await super().close()

    async def ask(self, party="phone"):
        return await self.phones[party].request("GET", STATUS, cause=None)

    async def statuses(self, times, party="phone"):
        return [(await self.ask(party)).status for _ in range(times)]

    async def pieces(self):
        """Return an answer's headers, what comes of its body with the time of it, and its end."""
        found, loop, ending = [], asyncio.get_running_loop(), "in order"
        session = self.phones["phone"]._open_session()
        async with session.get(STATUS, allow_redirects=False) as response:
            try:
                async for piece in response.content.iter_any():
                    found.append((loop.time(), piece))  # noqa: PERF401 kept if it is cut
            except aiohttp.ClientPayloadError:
                ending = "cut"
        return response.headers, found, ending


@pytest.fixture
def play():
    """Runs a test's coroutine function in simulated time, with a rig."""
    yield from played(Rig)


@pytest.mark.parametrize(("fraction", "arrives"), [(0, 0), (0.25, 9), (0.5, 18)])
def test_so_much_of_a_truncated_answer_arrives_and_its_length_is_that_of_all(
    play, fraction, arrives
):
    async def body(rig):
        rig.arm(f"truncated_body:at_fraction={fraction}")
        headers, pieces, ending = await rig.pieces()
        assert b"".join(piece for _, piece in pieces) == WHOLE[:arrives]
        assert (headers["Content-Length"], ending) == (str(len(WHOLE)), "cut")
        assert headers["Content-Type"] == "application/json"

    assert len(WHOLE) == 37
    play(body)


def test_a_dripping_answer_comes_byte_by_byte_at_its_pace_and_is_whole_in_the_end(play):
    async def body(rig):
        rig.arm("slow_drip:bytes_per_s=4")
        headers, pieces, ending = await rig.pieces()
        assert [piece for _, piece in pieces] == [bytes([each]) for each in WHOLE]
        times = [at_s for at_s, _ in pieces]
        assert {round(b - a, 6) for a, b in pairwise(times)} == {0.25}
        assert (headers["Content-Type"], ending) == ("application/json", "in order")

    play(body)


def test_a_malformed_answer_is_half_of_it_or_another_document_or_hidden_in_nothing(play):
    async def body(rig):
        armed = rig.arm("malformed_body")
        half = (await rig.ask()).body
        assert half.startswith(WHOLE[: len(WHOLE) // 2])
        with pytest.raises(json.JSONDecodeError):
            json.loads(half)
        rig.injector.clear(armed)
        armed = rig.arm("malformed_body:kind=schema")
        other = json.loads((await rig.ask()).body)
        assert isinstance(other, dict)
        assert not set(other) & set(RIGHT)
        rig.injector.clear(armed)
        rig.arm("malformed_body:kind=huge,huge_bytes=200000")
        huge = (await rig.ask()).body
        assert (len(huge), json.loads(huge)) == (200_000 + len(WHOLE), RIGHT)

    play(body)


def test_a_page_in_place_of_an_answer_is_a_page(play):
    async def body(rig):
        rig.arm("html_200")
        assert b"doctype html" in (await rig.ask()).body

    play(body)


def test_a_phone_that_is_shown_a_portals_page_has_met_it_each_time_and_others_have_not(play):
    async def body(rig):
        armed = rig.arm("captive_portal:answer=page")
        assert b"accept our terms" in (await rig.ask()).body
        assert (await rig.ask()).content_type == "text/html"
        assert armed.met == 2
        car = HttpClient("tcu", rig.network.names, rig.journal)
        await rig.network.connect("tcu")
        assert (await car.request("GET", STATUS, cause=None)).json() == RIGHT
        await car.close()
        assert armed.met == 2

    play(body)


@pytest.mark.parametrize(
    ("answer", "lost"),
    [("page", {"phone"}), ("redirect", {"phone"}), ("certificate", {"phone", "tcu"})],
)
def test_a_portal_costs_the_phones_their_connections_and_the_others_only_with_a_certificate(
    play, answer, lost
):
    async def body(rig):
        await rig.network.connect("tcu")
        clients = {p: HttpClient(p, rig.network.names, rig.journal) for p in ("phone", "tcu")}
        for client in clients.values():
            await client.request("GET", STATUS, cause=None)
        rig.arm(f"captive_portal:answer={answer}")
        await asyncio.sleep(1)
        open_ = {link.party for link in rig.network.select() if link.connections}
        assert open_ == {"phone", "tcu"} - lost
        for client in clients.values():
            await client.close()

    play(body)


@pytest.mark.parametrize(
    ("spec", "where"),
    [
        ("captive_portal:answer=redirect", "http://portal.invalid/welcome"),
        ("redirect_loop", "/status"),
        ("redirect_loop:cross_host=true", "https://login.elsewhere.invalid/status"),
    ],
)
def test_a_redirect_leads_back_to_where_it_came_from_or_to_a_stranger(play, spec, where):
    async def body(rig):
        rig.arm(spec)
        headers, _, _ = await rig.pieces()
        assert headers["Location"] == where

    play(body)


def test_each_client_has_a_quota_of_its_own_and_is_told_when_it_has_it_again(play):
    async def body(rig):
        armed = rig.arm("rate_limited:quota=2,window_s=60")
        assert await rig.statuses(2) == [200, 200]
        await asyncio.sleep(20.5)
        refused = await rig.ask()
        assert (refused.status, refused.retry_after) == (429, "40")
        assert await rig.statuses(3, "witness_phone") == [200, 200, 429]
        assert armed.met == 2, "who was served has not met it"
        await asyncio.sleep(float(refused.retry_after))
        assert await rig.statuses(3) == [200, 200, 429], "what was refused counts for nothing"

    play(body)


def test_a_quota_need_not_say_when_it_is_there_again(play):
    async def body(rig):
        rig.arm("rate_limited:quota=0,says_when=false")
        refused = await rig.ask()
        assert (refused.status, refused.retry_after) == (429, None)

    play(body)


@pytest.mark.parametrize(
    "spec", ["truncated_body", "slow_drip", "malformed_body", "unauthorised", "redirect_loop",
             "bad_chunk", "rate_limited:quota=0"],
)  # fmt: skip
def test_an_answer_to_somebody_else_is_not_spoiled(play, spec):
    async def body(rig):
        armed = rig.arm(f"{spec}{',' if ':' in spec else ':'}party=witness_phone")
        reply = await rig.ask()
        assert (reply.status, reply.json()) == (200, RIGHT)
        assert armed.met == 0

    play(body)
