"""The broker packet by packet, in simulated time: sessions, their windows, wills and ends."""

import asyncio

import pytest

from bench.cloud.broker import Broker
from bench.cloud.push import Push
from bench.events import BrokerDisconnect, Inside
from bench.injection import Rules
from bench.journal import Journal
from bench.network import mqtt_reasons as reasons
from bench.network.mqtt_wire import (
    Connect,
    ConnectProperties,
    Disconnect,
    DisconnectProperties,
    PingReq,
    PubAck,
    Publish,
    Subscribe,
    SubscriptionRequest,
    Unsubscribe,
    kind_of,
)
from bench.network.network import Network

VIN, OTHER = "VIN-ANN", "VIN-BOB"
COMMANDS, REPORTS, NOTES = (f"vehicles/{VIN}/{what}" for what in ("commands", "reports", "notes"))


class Wire:
    """The broker's end of a connection, without one: what it sends is kept."""

    def __init__(self, broker, version="5.0"):
        self.broker, self.version, self.closed, self.transport = broker, version, False, None
        self.sent = []

    def send(self, packet):
        if not self.closed:
            self.sent.append(packet)

    def size_of(self, packet):
        return len(packet.payload) + 10

    def close(self):
        """End, as a connection does: the broker is told a little later."""
        if not self.closed:
            self.closed = True
            asyncio.get_running_loop().call_soon(self.broker.on_lost, self)

    abort = close

    def say(self, packet):
        """Have the client send a packet; return what the broker sends to that."""
        before = len(self.sent)
        self.broker.on_packet(self, packet)
        return self.sent[before:]

    def kinds(self):
        return [kind_of(packet) for packet in self.sent]


class World:
    """A broker, what vehicles have reported to the cloud, and who can be reached."""

    def __init__(self, time):
        self.journal, self.reports = Journal(time.now_ns), []
        self.journal.write(Inside("test", "a scenario has begun"))
        self.push = Push(self.journal)

        async def take(vin, document):
            self.reports.append((vin, document))

        self.broker = Broker(
            self.push, lambda user, word, _certified: user if word == "word" else None, take,
            network=Network(self.journal), rules=Rules(), journal=self.journal, spawn=time.spawn,
            admit=lambda _party, _connected, _cause: None,
        )  # fmt: skip

    def connect(self, version="5.0", *, vin=VIN, clean=False, keepalive=0, **properties):
        wire = Wire(self.broker, version)
        expiry = {} if version == "3.1.1" else {"session_expiry_interval": 100}
        known = ConnectProperties(**{**expiry, **properties}) if version == "5.0" else None
        wire.say(Connect(
            client_id="unit", clean_session=clean, keepalive=keepalive, username=vin,
            password=b"word", will=properties.pop("will", None), properties=known,
        ))  # fmt: skip
        return wire

    def subscribe(self, wire, *topics, qos=1):
        """Return the codes with which these topics are granted."""
        asked = tuple(SubscriptionRequest(topic_filter=each, qos=qos) for each in topics)
        (answer,) = wire.say(Subscribe(packet_id=1, subscriptions=asked))
        return answer.return_codes

    def ended(self):
        return [
            e.event.reason for e in self.journal.entries if isinstance(e.event, BrokerDisconnect)
        ]


def publish(topic=REPORTS, payload=b'{"type": "state"}', qos=1, packet_id=7):
    return Publish(topic=topic, payload=payload, qos=qos, retain=False, dup=False,
                   packet_id=packet_id if qos else None)  # fmt: skip


@pytest.fixture
def play(time):
    """Runs a test's coroutine function with a broker."""

    def run(body):
        async def act():
            await body(World(time))
            await asyncio.sleep(0)

        time.run(act())

    return run


@pytest.mark.parametrize("version", ["3.1.1", "5.0"])
@pytest.mark.parametrize("left", ["lost", "in order"])
def test_a_session_that_is_to_be_kept_outlives_its_connection_however_that_ends(
    play, version, left
):
    async def body(world):
        wire = world.connect(version)
        assert not wire.sent[0].session_present
        world.subscribe(wire, COMMANDS)
        wire.say(Disconnect()) if left == "in order" else wire.close()
        await asyncio.sleep(1)
        world.broker.publish(COMMANDS, b"meanwhile")
        again = world.connect(version)
        assert again.sent[0].session_present
        assert [each.payload for each in again.sent[1:]] == [b"meanwhile"]

    play(body)


@pytest.mark.parametrize(("away_s", "present"), [(99, True), (101, False)])
def test_a_session_is_forgotten_when_its_time_is_over(play, away_s, present):
    async def body(world):
        world.connect().close()
        await asyncio.sleep(away_s)
        assert world.connect().sent[0].session_present is present
        await asyncio.sleep(200)
        assert world.broker.live(), "and not while it is in use"

    play(body)


@pytest.mark.parametrize(("expiry_s", "present"), [(0, False), (1000, True)])
def test_who_leaves_may_say_for_how_long_the_session_is_to_be_kept(play, expiry_s, present):
    async def body(world):
        wire = world.connect()
        wire.say(Disconnect(properties=DisconnectProperties(session_expiry_interval=expiry_s)))
        await asyncio.sleep(500)
        assert world.connect().sent[0].session_present is present

    play(body)


@pytest.mark.parametrize("version", ["3.1.1", "5.0"])
def test_a_session_that_begins_clean_knows_nothing_of_the_one_before(play, version):
    async def body(world):
        wire = world.connect(version)
        world.subscribe(wire, COMMANDS)
        wire.close()
        await asyncio.sleep(1)
        again = world.connect(version, clean=True)
        assert not again.sent[0].session_present
        world.broker.publish(COMMANDS, b"x")
        assert len(again.sent) == 1

    play(body)


def test_who_unsubscribes_is_sent_nothing_more_and_the_cloud_knows(play):
    async def body(world):
        wire = world.connect()
        world.subscribe(wire, COMMANDS)
        assert world.push.connected(VIN)
        (answer,) = wire.say(Unsubscribe(packet_id=2, topic_filters=(COMMANDS, NOTES)))
        assert (answer.packet_id, answer.reason_codes) == (2, (0, 0x11))
        assert not world.push.connected(VIN)
        world.broker.publish(COMMANDS, b"x")
        assert wire.kinds() == ["CONNACK", "SUBACK", "UNSUBACK"]

    play(body)


@pytest.mark.parametrize(("version", "denied"), [("3.1.1", 0x80), ("5.0", reasons.NOT_AUTHORISED)])
def test_a_subscription_is_granted_to_ones_own_topics_and_to_quality_1_at_most(
    play, version, denied
):
    async def body(world):
        wire = world.connect(version)
        topics = (COMMANDS, f"vehicles/{OTHER}/commands", "#", "vehicles/+/commands")
        assert world.subscribe(wire, *topics, qos=2) == (1, denied, denied, denied)
        world.broker.publish(f"vehicles/{OTHER}/commands", b"x")
        assert len(wire.sent) == 2

    play(body)


@pytest.mark.parametrize("version", ["3.1.1", "5.0"])
@pytest.mark.parametrize("topic", [COMMANDS, f"vehicles/{OTHER}/reports", f"vehicles/{VIN}/+"])
def test_nobody_publishes_what_is_another_s_to_say(play, version, topic):
    async def body(world):
        wire, listener = world.connect(version), []
        world.broker.sessions.deliver = lambda *message: listener.append(message)
        answers = wire.say(publish(topic))
        if version == "5.0":
            assert [each.reason_code for each in answers] == [reasons.NOT_AUTHORISED]
        assert wire.closed is (version == "3.1.1")
        assert (listener, world.reports) == ([], [])

    play(body)


def test_what_is_published_to_the_reports_is_one_and_is_acknowledged(play):
    async def body(world):
        wire = world.connect()
        assert [each.packet_id for each in wire.say(publish())] == [7]
        assert wire.say(publish(qos=0)) == []
        wire.say(publish(NOTES))
        await asyncio.sleep(0.1)
        assert world.reports == [(VIN, {"type": "state"})] * 2

    play(body)


def test_quality_2_and_a_second_connect_end_the_connection(play):
    async def body(world):
        wire = world.connect()
        wire.say(publish(qos=2))
        assert wire.sent[-1].reason_code == reasons.QOS_NOT_SUPPORTED
        assert wire.closed
        await asyncio.sleep(1)
        wire = world.connect()
        wire.say(Connect(client_id="unit", clean_session=True, keepalive=0))
        assert wire.closed
        assert world.ended() == [
            "a PUBLISH of quality of service 2, which is not offered", "a second CONNECT",
        ]  # fmt: skip
        assert world.reports == []

    play(body)


def test_no_more_is_under_way_than_a_client_takes_and_the_rest_follows(play):
    async def body(world):
        wire = world.connect(receive_maximum=2)
        world.subscribe(wire, COMMANDS)
        for number in range(4):
            world.broker.publish(COMMANDS, b"%d" % number)
        sent = wire.sent[2:]
        assert [each.payload for each in sent] == [b"0", b"1"]
        assert len({each.packet_id for each in sent}) == 2
        (third,) = wire.say(PubAck(packet_id=sent[1].packet_id))
        assert third.payload == b"2"
        assert wire.say(PubAck(packet_id=4711)) == [], "one that nothing waits for does no harm"
        wire.close()
        await asyncio.sleep(1)
        again = world.connect(receive_maximum=2)
        assert [(each.payload, each.dup) for each in again.sent[1:]] == [(b"0", True), (b"2", True)]

    play(body)


def test_what_nobody_acknowledges_is_sent_once_to_who_is_there_and_never_kept(play):
    async def body(world):
        wire = world.connect()
        world.subscribe(wire, COMMANDS, qos=0)
        world.broker.publish(COMMANDS, b"now")
        assert (wire.sent[-1].payload, wire.sent[-1].packet_id) == (b"now", None)
        wire.close()
        await asyncio.sleep(1)
        world.broker.publish(COMMANDS, b"lost")
        assert len(world.connect().sent) == 1

    play(body)


@pytest.mark.parametrize("version", ["3.1.1", "5.0"])
def test_who_is_silent_for_half_as_long_again_as_announced_is_cut_off_and_told(play, version):
    async def body(world):
        wire = world.connect(version, keepalive=10)
        for _ in range(3):
            await asyncio.sleep(14.9)
            assert [kind_of(each) for each in wire.say(PingReq())] == ["PINGRESP"]
        await asyncio.sleep(14.9)
        assert not wire.closed
        await asyncio.sleep(0.2)
        assert wire.closed
        told = [each.reason_code for each in wire.sent if isinstance(each, Disconnect)]
        assert told == ([reasons.KEEP_ALIVE_TIMEOUT] if version == "5.0" else [])
        assert world.ended() == ["nothing for 15 s, and a keep-alive of 10 s announced"]

    play(body)


def test_a_client_that_announces_no_keep_alive_may_be_silent(play):
    async def body(world):
        wire = world.connect(keepalive=0)
        await asyncio.sleep(100_000)
        assert not wire.closed

    play(body)


def test_a_client_of_the_same_name_takes_over_and_the_first_is_told(play):
    async def body(world):
        first = world.connect()
        world.subscribe(first, COMMANDS)
        second = world.connect()
        assert first.closed
        assert first.sent[-1].reason_code == reasons.TAKEN_OVER
        await asyncio.sleep(1)
        world.broker.publish(COMMANDS, b"x")
        assert second.sent[0].session_present
        assert second.sent[-1].payload == b"x"
        assert [session.endpoint for session in world.broker.live()] == [second]

    play(body)


def test_another_vehicle_s_session_is_not_handed_out_and_a_stranger_has_none(play):
    async def body(world):
        first = world.connect()
        thief = world.connect(vin=OTHER)
        assert (thief.sent[0].return_code, thief.closed) == (reasons.NOT_AUTHORISED, True)
        assert not first.closed
        for password in (b"guess", b"\xff", None):
            stranger = Wire(world.broker)
            stranger.say(Connect(client_id="x", clean_session=True, keepalive=0, username=VIN,
                                 password=password))  # fmt: skip
            assert stranger.sent[0].return_code == reasons.BAD_CREDENTIALS
            assert stranger.closed

    play(body)


def test_a_broker_that_shuts_down_says_so_and_waits_for_nobody(play):
    async def body(world):
        wire = world.connect(keepalive=10)
        world.broker.close()
        assert wire.sent[-1].reason_code == reasons.SHUTTING_DOWN
        assert wire.closed
        await asyncio.sleep(60)
        assert world.ended() == []

    play(body)
