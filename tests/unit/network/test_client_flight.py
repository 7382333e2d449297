"""Where a client's handshake ends: real ones of OpenSSL's, cut into pieces of every size."""

import ssl
from datetime import timedelta

import pytest

from bench.network.authority import now
from bench.network.certificates import MAKER, bare_client_context, load_chain
from bench.network.client_flight import ClientFlight

HOST = "api.maker.example"
REQUEST = b"x" * 100
# a record's header; in TLS 1.3 its type, too; its tag; in TLS 1.2 the nonce, too
AROUND = {ssl.TLSVersion.TLSv1_3: 5 + 1 + 16, ssl.TLSVersion.TLSv1_2: 5 + 8 + 16}


def chain(subject, *, client=False):
    return MAKER.issue(subject, now() - timedelta(1), now() + timedelta(1), client=client)


def server_context(version, *, mutual, curve):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = version
    context.set_ciphers("ECDHE+AESGCM")
    if curve:
        context.set_ecdh_curve(curve)
    load_chain(context, chain(HOST))
    if mutual:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=MAKER.root().decode())
    return context


def client_context(version, *, mutual, whole):
    context = bare_client_context(version)
    if whole:  # as OpenSSL makes it, with whatever key shares it has
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = version
    context.load_verify_locations(cadata=MAKER.root().decode())
    if mutual:
        load_chain(context, chain("a car", client=True))
    return context


def said_by_client(client, server):
    """Return all that a client sends, as far as its handshake and then with a request."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(to_client, to_server, server_hostname=HOST)
    incoming = ssl.MemoryBIO()
    theirs = server.wrap_bio(incoming, to_client, server_side=True)
    sent, left = b"", {ours, theirs}
    for _ in range(10):
        for side in (ours, theirs):
            try:
                side.do_handshake()
                left.discard(side)
            except ssl.SSLWantReadError:
                pass
            new = to_server.read()
            sent += new
            incoming.write(new)
        if not left:
            break
    assert not left, "the handshake has ended"
    ours.write(REQUEST)
    return sent, to_server.read()


@pytest.mark.parametrize(
    ("whole", "curve"),
    [(False, None), (True, None), (True, "prime256v1")],
    ids=["the bench's", "OpenSSL's own", "another key share"],
)
@pytest.mark.parametrize("mutual", [False, True], ids=["", "mutual"])
@pytest.mark.parametrize("version", AROUND, ids=lambda version: version.name)
@pytest.mark.parametrize("piece", [1, 7, 1_000_000])
def test_what_a_client_says_is_counted_from_its_handshake_on(version, mutual, whole, curve, piece):
    client = client_context(version, mutual=mutual, whole=whole)
    server = server_context(version, mutual=mutual, curve=curve)
    handshake, request = said_by_client(client, server)
    flight = ClientFlight()
    for start in range(0, len(handshake), piece):
        flight.feed(handshake[start : start + piece])
    assert flight.said == 0
    for start in range(0, len(request), piece):
        flight.feed(request[start : start + piece])
    assert flight.said == len(request) == AROUND[version] + len(REQUEST)


def test_a_request_in_one_piece_with_the_handshake_counts_alone():
    version = ssl.TLSVersion.TLSv1_3
    client = client_context(version, mutual=False, whole=False)
    handshake, request = said_by_client(client, server_context(version, mutual=False, curve=None))
    flight = ClientFlight()
    flight.feed(handshake + request)
    assert flight.said == len(request)


@pytest.mark.parametrize("text", [b"GET / HTTP/1.1\r\n\r\n", b"\x10\x0c\x00\x04MQTT", b""])
def test_without_tls_all_counts(text):
    flight = ClientFlight()
    for byte in text:
        flight.feed(bytes([byte]))
    assert flight.said == len(text)
