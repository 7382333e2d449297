"""MQTT bytes that come in pieces, and bytes that are none."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.network.mqtt_wire import (
    AT_LEAST_ONCE,
    MOST_BYTES,
    Connect,
    Endpoint,
    PingReq,
    Publish,
    encode,
)


class Peer:
    """Writes down what an endpoint tells, and stands in for its transport."""

    def __init__(self):
        self.packets, self.lost, self.aborted, self.written = [], 0, False, b""
        self.why = ""

    def on_packet(self, endpoint, packet):
        self.packets.append(packet)

    def on_bad(self, endpoint, why):
        self.why = why

    def on_lost(self, endpoint):
        self.lost += 1

    def is_closing(self):
        return self.aborted

    def write(self, data):
        self.written += data

    def abort(self):
        self.aborted = True


def connected(version=None):
    peer = Peer()
    endpoint = Endpoint(peer, version)
    endpoint.connection_made(peer)
    return peer, endpoint


def connect(version):
    packet = Connect(client_id="client", clean_session=True, keepalive=60, username="VIN")
    return packet, encode(packet, version=version)


def publish(number):
    return Publish(
        topic="vehicles/V/reports", payload=b"x" * number, qos=AT_LEAST_ONCE, retain=False,
        dup=False, packet_id=number + 1,
    )  # fmt: skip


@pytest.mark.parametrize("version", ["3.1.1", "5.0"])
@given(cuts=st.lists(st.integers(0, 400), max_size=12))
def test_packets_come_whole_however_the_bytes_are_cut(version, cuts):
    peer, endpoint = connected()
    sent = [publish(number) for number in (0, 1, 130)]
    data = connect(version)[1] + b"".join(encode(p, version=version) for p in sent)
    edges = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    for begin, end in itertools.pairwise(edges):
        endpoint.data_received(data[begin:end])
    assert endpoint.version == version
    assert [type(p).__name__ for p in peer.packets] == ["Connect", *["Publish"] * 3]
    assert [(p.packet_id, p.payload) for p in peer.packets[1:]] == [
        (p.packet_id, p.payload) for p in sent
    ]


@given(noise=st.binary(min_size=1, max_size=200))
def test_noise_is_handed_on_whole_or_ends_the_connection_and_never_raises(noise):
    peer, endpoint = connected("5.0")
    endpoint.data_received(noise)
    endpoint.data_received(encode(PingReq(), version="5.0"))
    assert peer.aborted or peer.packets or len(endpoint._buffer) > 0


@pytest.mark.parametrize(
    "noise",
    [
        pytest.param(bytes([0x10, 0xFF, 0xFF, 0xFF, 0xFF]), id="a length that does not end"),
        pytest.param(b"\x00\x00", id="packet type 0"),
        pytest.param(b"\x10\x02\x00\x04", id="a CONNECT that is cut short"),
        pytest.param(
            encode(publish(0), version="3.1.1").replace(b"\x32", b"\x36", 1), id="quality 3"
        ),
        pytest.param(b"\x30\xff\xff\x7f", id=f"more than {MOST_BYTES} bytes"),
    ],
)
def test_what_is_no_mqtt_ends_the_connection(noise):
    peer, endpoint = connected()
    endpoint.data_received(noise)
    assert peer.aborted
    assert peer.packets == []
    assert peer.why


def test_nothing_is_sent_into_a_connection_that_has_ended():
    peer, endpoint = connected("5.0")
    endpoint.send(PingReq())
    assert peer.written == b"\xc0\x00"
    endpoint.connection_lost(None)
    endpoint.send(PingReq())
    assert peer.written == b"\xc0\x00"
    assert peer.lost == 1
    assert endpoint.closed
