"""What the network carried, as pcapng: read by dpkt and by tshark, decrypted with its own keys."""

import hashlib
import hmac
import shutil
import struct
import subprocess
from collections import defaultdict
from datetime import UTC, datetime

import dpkt
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench.cli.main import main
from bench.config.bench_file import DEFAULT
from bench.errors import RunFolderError
from bench.network.wiretap import TappedProtocol
from bench.trace.capture import Capture
from bench.trace.tcp_frames import checksum

SCENARIO = "phone_only.cloud_app.unlock.reset_peer"
SECRETS_BLOCK = 0x0A


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run on simulated time, with its network captured because its bench file says so."""
    folder = tmp_path_factory.mktemp("captured")
    bench = folder / "bench.toml"
    bench.write_text(DEFAULT.read_text().replace("[bench]", "[bench]\ncapture = true"))
    assert main(["run", "--bench", str(bench), "--paths", "cloud_app", "--faults", "reset_peer",
                 "--jobs", "1", "--no-report", "--out", str(folder / "run")]) == 0  # fmt: skip
    return folder / "run"


@pytest.fixture(scope="module")
def capture(run):
    return run / "captures" / f"{SCENARIO}.pcapng"


def blocks(file):
    """Return the kinds and bodies of a pcapng file's blocks."""
    raw, at, found = file.read_bytes(), 0, []
    while at < len(raw):
        kind, length = struct.unpack_from("<II", raw, at)
        assert struct.unpack_from("<I", raw, at + length - 4) == (length,)
        found.append((kind, raw[at + 8 : at + length - 4]))
        at += length
    return found


def segments(file):
    """Return each frame's time, IP packet and TCP segment, as dpkt reads them."""
    with file.open("rb") as opened:
        frames = [(t, dpkt.ethernet.Ethernet(raw)) for t, raw in dpkt.pcapng.Reader(opened)]
    return [(t, frame.data, frame.data.data) for t, frame in frames]


def of_tcp(file):
    return [(t, ip, tcp) for t, ip, tcp in segments(file) if ip.p == dpkt.ip.IP_PROTO_TCP]


def streams(file):
    """Return per direction of each connection the bytes that it carried, put together by number."""
    carried = defaultdict(bytes)
    for _, ip, tcp in of_tcp(file):
        key = (ip.src, tcp.sport, ip.dst, tcp.dport)
        if tcp.data:
            assert tcp.seq == 1 + len(carried[key])  # nothing is missing, nothing comes twice
            carried[key] += tcp.data
    return carried


def test_every_frame_is_right_to_its_checksums(capture):
    found = segments(capture)
    assert len(found) > 100
    for _, ip, tcp in found:
        raw = bytes(ip)
        assert checksum(raw[:20]) == 0
        pseudo = ip.src + ip.dst + struct.pack(">BBH", 0, ip.p, len(raw) - 20)
        assert checksum(pseudo + raw[20:]) == 0
        assert bytes(tcp) == raw[20:]


def test_what_is_acknowledged_has_been_sent(capture):
    sent, found = defaultdict(int), of_tcp(capture)
    assert len(found) > 100
    assert any(tcp.flags & dpkt.tcp.TH_ACK for _, _, tcp in found)
    for _, ip, tcp in found:
        own, other = (ip.src, tcp.sport, tcp.dport), (ip.dst, tcp.dport, tcp.sport)
        if tcp.flags & dpkt.tcp.TH_ACK:
            assert tcp.ack == sent[other]
        flags = tcp.flags & (dpkt.tcp.TH_SYN | dpkt.tcp.TH_FIN)
        sent[own] = tcp.seq + len(tcp.data) + bool(flags)


def test_its_clock_is_that_of_the_scenario(capture):
    times = [t for t, _, _ in segments(capture)]
    began = datetime(2025, 3, 21, 1, 0, tzinfo=UTC).timestamp()
    assert times == sorted(times)
    assert began <= float(times[0]) < began + 1
    assert float(times[-1]) < began + 400


def test_a_reset_is_seen_on_both_sides(capture):
    resets = [tcp for _, _, tcp in of_tcp(capture) if tcp.flags & dpkt.tcp.TH_RST]
    assert {tcp.dport for tcp in resets} | {tcp.sport for tcp in resets}
    assert len(resets) >= 2


def test_secrets_stand_before_every_frame_and_nowhere_else(capture, run):
    kinds = [kind for kind, _ in blocks(capture)]
    assert kinds[:2] == [0x0A0D0D0A, SECRETS_BLOCK]
    assert kinds.count(SECRETS_BLOCK) == 1
    assert sorted(f.suffix for f in (run / "captures").iterdir()) == [".pcapng", ".pcapng"]


def messages(file):
    """Return what was asked and answered about names: (query name, response code, addresses)."""
    found = []
    for _, ip, udp in segments(file):
        if ip.p == dpkt.ip.IP_PROTO_UDP:
            said = dpkt.dns.DNS(udp.data)
            addresses = [".".join(map(str, record.ip)) for record in said.an]
            found.append((said.qd[0].name, said.rcode if said.qr else None, addresses))
    return found


def test_a_name_is_looked_up_before_its_connection_and_leads_where_that_goes(capture):
    asked = messages(capture)
    assert asked[0] == ("api.maker.example", None, [])
    assert {name for name, _, _ in asked} >= {"api.maker.example", "push.maker.example"}
    led_to = {address for _, _, addresses in asked for address in addresses}
    assert led_to <= {".".join(map(str, ip.dst)) for _, ip, _ in of_tcp(capture)}


@pytest.mark.parametrize(
    ("reason", "code"), [("nxdomain", 3), ("servfail", 2), ("empty", 0), ("timeout", None)]
)
def test_a_name_that_does_not_resolve_is_answered_as_a_resolver_does(tmp_path, reason, code):
    capture = Capture(tmp_path / "x.pcapng", datetime(2025, 1, 1, tzinfo=UTC))
    capture.lookup("phone", "api.maker.example", lambda: 7).failed(reason)
    capture.close()
    told = [rcode for _, rcode, _ in messages(capture.path)]
    assert told == [None] if code is None else told == [None, code]


@pytest.mark.parametrize(("fault", "answers"), [("refuse", 1), ("blackhole_syn", 0)])
def test_a_syn_that_is_turned_away_is_seen_with_what_it_got(tmp_path, fault, answers):
    assert main(["run", "--capture", "--paths", "cloud_app", "--faults", fault, "--jobs", "1",
                 "--no-report", "--out", str(tmp_path / "run")]) == 0  # fmt: skip
    file = tmp_path / "run" / "captures" / f"{SCENARIO.replace('reset_peer', fault)}.pcapng"
    knocks = defaultdict(list)
    for _, _, tcp in of_tcp(file):
        if min(tcp.sport, tcp.dport) < 1024:
            knocks[min(tcp.sport, tcp.dport)].append(tcp.flags)
    syn, rst = dpkt.tcp.TH_SYN, dpkt.tcp.TH_RST | dpkt.tcp.TH_ACK
    assert len(knocks) >= 2  # the phone's, and the witness's
    assert all(flags == [syn, *[rst] * answers] for flags in knocks.values())
    if shutil.which("tshark"):
        assert tshark(file, "-Y", "dns.flags.response == 1 && dns.a")
        assert tshark(file, "-Y", "_ws.malformed || udp.checksum.status == 0", "-o",
                      "udp.check_checksum:TRUE") == []  # fmt: skip


# ── the keys fit: one record of TLS 1.3 is decrypted by hand (RFC 8446, 5.2 and 7.3) ──────


def expanded(secret, label, length):
    name = b"tls13 " + label
    info = struct.pack(">HB", length, len(name)) + name + b"\x00"
    digest = hashlib.sha384 if len(secret) == 48 else hashlib.sha256
    return hmac.new(secret, info + b"\x01", digest).digest()[:length]


def keylog(file):
    """Return per client random and label a secret, out of the capture itself."""
    [body] = [body for kind, body in blocks(file) if kind == SECRETS_BLOCK]
    magic, length = struct.unpack_from("<II", body)
    assert magic == 0x544C534B
    text = body[8 : 8 + length].decode()
    lines = [line.split() for line in text.splitlines() if not line.startswith("#")]
    return {(bytes.fromhex(random), label): bytes.fromhex(key) for label, random, key in lines}


def records(stream):
    at = 0
    while at + 5 <= len(stream):
        kind, _, length = struct.unpack_from(">BHH", stream, at)
        yield kind, stream[at : at + 5], stream[at + 5 : at + 5 + length]
        at += 5 + length


def decrypted(stream, keys, label):
    """Return what the application sent in a direction, by the keys for it."""
    secret = keys[label]
    aead = AESGCM(expanded(secret, b"key", 32 if len(secret) == 48 else 16))
    iv = int.from_bytes(expanded(secret, b"iv", 12), "big")
    number, plain = 0, b""
    for kind, header, sealed in records(stream):
        if kind != 23:
            continue
        try:
            inner = aead.decrypt((iv ^ number).to_bytes(12, "big"), sealed, header).rstrip(b"\0")
        except Exception:
            if number:
                raise
            continue  # still of the handshake, under other keys
        number += 1
        if inner[-1] == 23:
            plain += inner[:-1]
    return plain


def test_a_request_and_its_answer_are_decrypted_by_the_keys_in_the_file(capture):
    secrets, carried = keylog(capture), streams(capture)
    requests, answers = [], []
    for (src, sport, dst, dport), stream in carried.items():
        if stream[:1] != b"\x16" or stream[5:6] != b"\x01":
            continue  # not what a client sends
        keys = {label: key for (random, label), key in secrets.items() if random == stream[11:43]}
        if "CLIENT_TRAFFIC_SECRET_0" not in keys:
            continue  # it was reset before
        requests.append(decrypted(stream, keys, "CLIENT_TRAFFIC_SECRET_0"))
        back = carried[dst, dport, src, sport]
        answers.append(decrypted(back, keys, "SERVER_TRAFFIC_SECRET_0"))
    assert sum(b" HTTP/1.1\r\nHost: api.maker.example" in text for text in requests) >= 2
    assert sum(b"HTTP/1.1 200 OK" in text for text in answers) >= 2


# ── tshark, where it is ───────────────────────────────────────────────────────────────────


def tshark(file, *arguments):
    if shutil.which("tshark") is None:
        pytest.skip("there is no tshark: Wireshark has NOT opened a capture")
    done = subprocess.run(["tshark", "-r", str(file), *arguments], capture_output=True, text=True,
                          check=True, timeout=60)  # fmt: skip
    return done.stdout.splitlines()


def test_tshark_reads_requests_and_answers_with_their_link_and_side(capture):
    fields = ("frame.interface_name", "http.request.uri", "http.response.code")
    lines = tshark(capture, "-Y", "http", "-T", "fields", *[x for f in fields for x in ("-e", f)])
    rows = [line.split("\t") for line in lines]
    for side in ("phone/api near", "phone/api far", "tcu/push near", "tcu/push far"):
        assert any(name == side and uri for name, uri, _ in rows), side
        assert any(name == side and code in {"200", "101"} for name, _, code in rows), side


def test_tshark_finds_nothing_wrong(capture):
    wrong = "_ws.malformed || tcp.checksum.status == 0 || ip.checksum.status == 0"
    wrong += " || tcp.analysis.lost_segment || tcp.analysis.ack_lost_segment || tcp.analysis.retransmission"
    checks = ("-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE")
    assert tshark(capture, *checks, "-Y", wrong) == []
    assert tshark(capture, "-Y", "tcp.flags.reset == 1")


# ── in real time, on loopback sockets ─────────────────────────────────────────────────────


def test_what_passes_on_real_sockets_is_captured_at_both_sides(tmp_path):
    import asyncio

    from bench.journal import Journal
    from bench.network.link import Link

    async def talk():
        async def echo(reader, writer):
            writer.write((await reader.read(5000)).upper())
            writer.close()

        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        upstream = server.sockets[0].getsockname()
        capture = Capture(tmp_path / "c" / "real.pcapng", datetime(2025, 1, 1, tzinfo=UTC))
        link = Link("phone", "api", upstream, delay_s=0.0, journal=Journal(lambda: 5), tap=capture)
        reader, writer = await asyncio.open_connection(*await link.open("127.0.0.1"))
        port = writer.get_extra_info("sockname")[1]
        writer.write(b"a" * 4000)
        async with asyncio.timeout(10):
            answer = await reader.read()
            writer.close()
            await writer.wait_closed()
            while link.connections:
                await asyncio.sleep(0.01)
        link.close()
        server.close()
        capture.close()
        return capture.path, port, upstream, answer

    path, port, upstream, answer = asyncio.run(talk())
    carried = streams(path)
    assert answer == b"A" * 4000
    near = {key: text for key, text in carried.items() if port in {key[1], key[3]}}
    far = {key: text for key, text in carried.items() if upstream[1] in {key[1], key[3]}}
    assert len(near) == len(far) == 2
    assert {*near.values()} == {*far.values()} == {b"a" * 4000, b"A" * 4000}
    assert max(len(tcp.data) for _, _, tcp in segments(path)) == 1460
    ends = [tcp for _, _, tcp in segments(path) if tcp.flags & dpkt.tcp.TH_FIN]
    assert len(ends) == 4


def test_a_capture_without_room_is_refused_at_its_end(tmp_path):
    (tmp_path / "x.pcapng").symlink_to("/dev/full")
    with pytest.raises(RunFolderError, match=r"x.pcapng: cannot be written: No space left"):
        Capture(tmp_path / "x.pcapng", datetime(2025, 1, 1, tzinfo=UTC))
    capture = Capture(tmp_path / "y.pcapng", datetime(2025, 1, 1, tzinfo=UTC))
    (tmp_path / "y.pcapng.part").symlink_to("/dev/full")
    flow = capture.flow("phone", "api", "near", lambda: 0)
    flow.opened(("127.0.0.1", 1), ("127.0.0.1", 2))
    with pytest.raises(RunFolderError, match="No space left"):
        capture.close()
    assert len(segments(tmp_path / "y.pcapng")) == 3  # what it has stays


def test_who_is_not_asked_for_captures_nothing_and_wraps_nothing(tmp_path):
    assert main(["run", "--paths", "keypad", "--faults", "refuse", "--jobs", "1", "--no-report",
                 "--out", str(tmp_path / "run")]) == 0  # fmt: skip
    assert not (tmp_path / "run" / "captures").exists()


def test_recordings_are_the_same_whether_the_network_is_captured_or_not(run, tmp_path):
    assert main(["run", "--paths", "cloud_app", "--faults", "reset_peer", "--jobs", "1",
                 "--no-report", "--out", str(tmp_path / "run")]) == 0  # fmt: skip
    recordings = list((run / "recordings").iterdir())
    assert len(recordings) > 1
    for file in recordings:
        assert file.read_bytes() == (tmp_path / "run" / "recordings" / file.name).read_bytes()


def test_a_reset_from_the_peer_is_told_once():
    class Flow:
        def __init__(self):
            self.seen = []

        def __getattr__(self, name):
            return lambda *args, **more: self.seen.append((name, *args, *more.values()))

    import asyncio

    flow = Flow()
    tapped = TappedProtocol(asyncio.Protocol(), flow, "far")
    tapped.connection_lost(ConnectionResetError())
    tapped.connection_lost(None)
    assert flow.seen == [("reset", False)]
