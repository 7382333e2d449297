"""The bench's DNS as a resolver sees it that nobody here wrote: dnspython."""

import socket
import time
from collections.abc import Iterator

import dns.exception
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import pytest

from bench.clock.real import RealTime
from bench.cloud.backend import Backend
from bench.errors import StationError
from bench.events import NameFailed
from bench.faults.fault import Site
from bench.faults.injector import Injector, parse_fault
from bench.journal import Journal
from bench.network.dns_server import DnsServer
from bench.network.exposure import Exposure
from bench.network.names import NameNotResolved
from bench.network.network import DOMAIN, Network

API, PUSH = f"api.{DOMAIN}", f"push.{DOMAIN}"
MAKERS = "Telematics.Real-Maker.example"
HOST = "127.0.0.4"


class World:
    """A cloud that a unit finds at an address of its own, and a DNS for it."""

    def __init__(self) -> None:
        self.time = RealTime(guard_s=30.0)
        self.journal = Journal(self.time.now_ns)
        self.time.run(self._open())

    async def _open(self) -> None:
        self.network = Network(self.journal, delay_s=0.0)
        self.cloud = Backend(self.time, self.journal, self.network, 1)
        await self.cloud.start()
        await self.network.connect("tcu", exposure=Exposure(HOST))
        self.dns = DnsServer("tcu", self.network.names, {MAKERS: PUSH})
        await self.dns.open(HOST, 0)
        site = Site(self.network, self.cloud.front, self.cloud.state)
        self.injector = Injector(site, self.journal, 1)

    def ask(self, name: str, kind: str = "A", timeout_s: float = 3.0) -> dns.message.Message:
        host, port = self.dns.address
        query = dns.message.make_query(name, kind)
        return dns.query.udp(query, host, timeout=timeout_s, port=port)

    def run(self, function, *arguments):
        async def call():
            return function(*arguments)

        return self.time.run(call())

    def failed(self) -> list[str]:
        return [f"{e.event.name}: {e.event.reason}" for e in self.journal.entries
                if isinstance(e.event, NameFailed)]  # fmt: skip

    def close(self) -> None:
        async def close() -> None:
            self.dns.close()
            await self.cloud.stop()
            self.network.close()
            await self.time.drain()

        try:
            self.time.run(close())
        finally:
            self.time.close()


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    world = World()
    yield world
    world.close()


def addresses(answer: dns.message.Message) -> list[str]:
    return [item.address for record in answer.answer for item in record]


@pytest.mark.parametrize("name", [API, PUSH, API.upper(), MAKERS, MAKERS.lower()])
def test_a_name_of_the_cloud_has_the_address_of_the_devices_own_link(world, name):
    answer = world.ask(name)
    assert answer.rcode() == dns.rcode.NOERROR
    assert addresses(answer) == [HOST]
    assert answer.answer[0].ttl == 0  # a device that remembers would not meet a fault of names


def test_a_name_that_is_not_the_clouds_does_not_exist_and_is_written_down(world):
    assert world.ask("firmware.real-maker.example").rcode() == dns.rcode.NXDOMAIN
    assert "firmware.real-maker.example: nxdomain" in world.failed()


def test_a_name_has_no_address_of_another_kind(world):
    answer = world.ask(API, "AAAA")
    assert (answer.rcode(), answer.answer) == (dns.rcode.NOERROR, [])
    assert world.ask("nobody.example", "AAAA").rcode() == dns.rcode.NXDOMAIN


def test_names_faults_reach_a_device_and_are_counted(world):
    armed = world.run(world.injector.arm, parse_fault("nxdomain:names=push", source="test"))
    assert world.ask(PUSH).rcode() == dns.rcode.NXDOMAIN
    assert world.ask(MAKERS).rcode() == dns.rcode.NXDOMAIN
    assert addresses(world.ask(API)) == [HOST]
    world.run(world.injector.clear, armed)
    assert armed.met == 2
    assert addresses(world.ask(PUSH)) == [HOST]


def test_a_negative_answer_says_for_how_long_it_may_be_remembered(world):
    armed = world.run(world.injector.arm, parse_fault("nxdomain:ttl_s=0.2", source="test"))
    answer = world.ask(PUSH)
    world.run(world.injector.clear, armed)
    assert answer.authority[0].ttl == answer.authority[0][0].minimum == 1  # whole seconds
    time.sleep(0.3)
    assert addresses(world.ask(PUSH)) == [HOST]


@pytest.mark.parametrize(
    ("reason", "rcode"), [("servfail", dns.rcode.SERVFAIL), ("nxdomain", dns.rcode.NXDOMAIN)]
)
def test_a_rule_says_how_a_question_fails(world, reason, rcode):
    async def rule(party, name):
        raise NameNotResolved(name, reason)

    remove = world.run(world.network.names.rules.add, rule)
    try:
        assert world.ask(API).rcode() == rcode
    finally:
        world.run(remove)


def test_without_coverage_nobody_answers(world):
    armed = world.run(world.injector.arm, parse_fault("no_coverage:side=car", source="test"))
    with pytest.raises(dns.exception.Timeout):
        world.ask(API, timeout_s=0.3)
    world.run(world.injector.clear, armed)
    assert addresses(world.ask(API)) == [HOST]


def test_a_question_counts_as_an_attempt_to_connect_where_connections_are_refused(world):
    armed = world.run(world.injector.arm, parse_fault("blackhole_syn:service=api", source="test"))
    world.ask(API)
    world.run(world.injector.clear, armed)
    assert armed.met == 1


def answer_of_another() -> bytes:
    """Return what a server answers: two of them must not talk to each other for ever."""
    return dns.message.make_response(dns.message.make_query(API, "A")).to_wire()


@pytest.mark.parametrize(
    "noise",
    [b"", b"\x00", b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 512, answer_of_another(),
     dns.message.QueryMessage().to_wire()],
    ids=["nothing", "a byte", "HTTP", "ones", "an answer", "no question"],
)  # fmt: skip
def test_noise_is_not_answered_and_does_no_harm(world, noise):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(0.1)
        sock.sendto(noise, world.dns.address)
        with pytest.raises(TimeoutError):
            sock.recv(512)
    assert addresses(world.ask(API)) == [HOST]


def test_it_does_not_answer_where_nobody_has_said_that_it_may(world):
    server = DnsServer("tcu", world.network.names, {})
    with pytest.raises(StationError, match="not loopback"):
        world.time.run(server.open("192.0.2.99", 0))
    with pytest.raises(StationError, match=r"no DNS at 192\.0\.2\.99"):
        world.time.run(server.open("192.0.2.99", 0, unsafe=True))
