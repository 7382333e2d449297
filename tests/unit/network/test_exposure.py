"""The mock cloud is reachable from this computer alone, unless somebody has written "unsafe"."""

import json
import re
import socket
import ssl
import stat
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from http.client import HTTPSConnection
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from bench.access.handles.bench import Bench, make_setup
from bench.cli.main import main
from bench.config.bench_file import DEFAULT, load_bench
from bench.errors import ConfigError, StationError
from bench.events import HandshakeFailed, IntentBegan
from bench.faults.injector import parse_fault
from bench.judge.oracles.no_unauthorised_opening import NoUnauthorisedOpening
from bench.judge.verdict import Case
from bench.network.interfaces import address_of, interface_names
from bench.network.listener import listen
from bench.network.network import DOMAIN
from bench.station.exposure import exposures

REAL = ('time = "simulated"', 'time = "real"')
FREE = "api_port = 0\npush_port = 0\n"


def bench_file(tmp_path: Path, more: str = "", *, real: bool = True) -> Path:
    text = DEFAULT.read_text()
    file = tmp_path / "bench.toml"
    file.write_text((text.replace(*REAL) if real else text) + more)
    return file


def bound_addresses() -> set[str]:
    """Return the addresses at which this process listens or takes datagrams, as the kernel says."""
    inodes = set()
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            found = re.match(r"socket:\[(\d+)\]", str(descriptor.readlink()))
        except OSError:  # the descriptor with which this folder was read
            continue
        if found:
            inodes.add(found[1])
    addresses = set()
    for table, size in (("tcp", 4), ("udp", 4), ("tcp6", 16), ("udp6", 16)):
        for line in Path(f"/proc/self/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            listens = table.startswith("udp") or fields[3] == "0A"
            if fields[9] in inodes and listens:
                raw = bytes.fromhex(fields[1].partition(":")[0])
                words = [raw[i : i + 4][::-1] for i in range(0, size, 4)]
                addresses.add(str(ip_address(b"".join(words))))
    return addresses


def other_interface() -> str | None:
    """Return an interface that is not loopback and has an address."""
    for name in interface_names():
        address = address_of(name)
        if address is not None and not ip_address(address).is_loopback:
            return name
    return None


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("provisioned") / "pki"
    assert main(["provision", "--out", str(folder)]) == 0
    return folder


# ── by default ────────────────────────────────────────────────────────────────────────────


def test_the_watch_over_addresses_sees_what_listens_anywhere():
    with socket.create_server(("0.0.0.0", 0)):  # noqa: S104 what is to be seen
        assert "0.0.0.0" in bound_addresses()  # noqa: S104


@pytest.mark.parametrize("push", ["websocket", "mqtt"])
def test_a_bench_in_real_time_listens_on_loopback_alone(tmp_path, push):
    before = bound_addresses()
    bench = Bench(make_setup(bench_file(tmp_path, f'\n[telematics]\npush = "{push}"\n'))).open()
    try:
        now = bound_addresses()
    finally:
        bench.close()
    assert now - before == {"127.0.0.1"}


def test_devices_on_loopback_find_the_cloud_and_nothing_else_is_bound(tmp_path):
    more = f'\n[network]\n{FREE}dns_port = 0\n[network.listen]\ntcu = "127.0.0.2"\nphone = "lo"\n'
    before = bound_addresses()
    bench = Bench(make_setup(bench_file(tmp_path, more))).open()
    try:
        now = bound_addresses()
        tcu = bench.station.network.names.table["tcu", f"push.{DOMAIN}"]
    finally:
        bench.close()
    assert now - before == {"127.0.0.1", "127.0.0.2"}
    assert tcu[0] == "127.0.0.2"


def test_a_listener_itself_refuses_what_is_not_loopback():
    from bench.clock.real import RealTime

    time = RealTime()
    try:
        with pytest.raises(StationError, match=r"192\.0\.2\.1 is not loopback"):
            time.run(listen("192.0.2.1", lambda: None))
        with pytest.raises(StationError, match=r"cannot listen at 192\.0\.2\.1"):
            time.run(listen("192.0.2.1", lambda: None, unsafe=True))
    finally:
        time.close()


# ── what the bench file may say ───────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('[network.listen]\ntcu = "192.0.2.1"', "write it under network.unsafe_listen"),
        ('[network.listen]\ntcu = "0.0.0.0"', "network.listen.tcu: 0.0.0.0 is not loopback"),
        (
            '[network.listen]\ntcu = "loo"',
            'tcu: no interface "loo" with an IPv4 address: did you mean "lo"?',
        ),
        (
            '[network.listen]\ntcu = "127.0.0.3"\nphone = "127.0.0.3"',
            "network: tcu and phone are both at 127.0.0.3: each has an address of its own",
        ),
        (
            '[network]\napi_port = 8883\n[network.listen]\ntcu = "lo"',
            "network.push_port: 8883 is api_port, too",
        ),
        ('[network.unsafe_listen]\ntcu = "0.0.0.0"', "is every interface: name the one"),
        ('[network.unsafe_listen]\ntcu = "::"', "is every interface: name the one"),
        ('[network.unsafe_listen]\ntcu = "192.0.2.1"', "needs network.authority"),
        (
            '[network.listen]\ntcu = "lo"\n[network.unsafe_listen]\ntcu = "192.0.2.1"',
            "tcu stands under two kinds of listen",
        ),
    ],
)
def test_an_address_that_is_not_meant_is_refused(tmp_path, more, said):
    file = load_bench(bench_file(tmp_path, f"\n{more}\n"))
    with pytest.raises(ConfigError, match=re.escape(said)):
        exposures(file, "mqtt")


def test_no_device_can_be_on_simulated_time(tmp_path):
    file = load_bench(bench_file(tmp_path, '\n[network.listen]\ntcu = "lo"\n', real=False))
    with pytest.raises(ConfigError, match="no wire reaches simulated time"):
        exposures(file, "mqtt")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('[network.listen]\nfob = "lo"', "network.listen.fob"),
        ("[network]\napi_port = 70000", "network.api_port"),
        ('[network.names]\n"https://a.example" = "api"', '"https://a.example" is no name that'),
        ('[network.names]\n"192.0.2.7" = "push"', "for an address nobody asks"),
        ('[network]\nunsafe_liste = "lo"', 'did you mean "unsafe_listen"?'),
        ('[network]\nauthority = "nowhere"', "no authority there (No such file or directory)"),
        ('[network]\nauthority = "nowhere"', "bench.toml: network.authority: "),
        (
            '[network]\nmutual_tls = "yes"',
            "mutual_tls: 'yes' is not right: should be true or false or",
        ),
    ],
)
def test_a_wrong_network_section_is_one_line(tmp_path, capsys, more, said):
    assert main(["check", "--bench", str(bench_file(tmp_path, f"\n{more}\n"))]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_an_authority_whose_key_is_of_another_one_is_refused(tmp_path, capsys, folder):
    """Every unit would refuse what it signs, and that would look like the unit's fault."""
    mixed = tmp_path / "mixed"
    assert main(["provision", "--out", str(mixed)]) == 0
    (mixed / "authority.pem").write_bytes((folder / "authority.pem").read_bytes())
    more = f'\n[network]\nauthority = "{mixed}"\n'
    capsys.readouterr()
    assert main(["check", "--bench", str(bench_file(tmp_path, more))]) == 2
    assert "authority.key.pem is not the key of authority.pem" in capsys.readouterr().err


def test_an_authority_of_somebody_else_is_refused(tmp_path, capsys):
    """Its subject is longer than what issued certificates would name."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Maker"),
                      x509.NameAttribute(NameOID.COMMON_NAME, "Root")])  # fmt: skip
    today = datetime.now(UTC)
    root = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(1)
        .not_valid_before(today).not_valid_after(today + timedelta(1)).public_key(key.public_key())
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (tmp_path / "authority.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (tmp_path / "authority.key.pem").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    more = f'\n[network]\nauthority = "{tmp_path}"\n'
    assert main(["check", "--bench", str(bench_file(tmp_path, more))]) == 2
    assert "authority.pem was not made by bench provision" in capsys.readouterr().err


def test_a_port_that_is_taken_is_named(tmp_path, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        more = f'\n[network]\napi_port = {port}\npush_port = 0\n[network.listen]\ntcu = "lo"\n'
        status = main(["check", "--bench", str(bench_file(tmp_path, more))])
    assert status == 2
    said = f"cannot listen at 127.0.0.1, port {port}: Address already in use"
    assert f"network.api_port: {said}: api for tcu" in capsys.readouterr().err


def test_an_interface_without_an_address_is_not_proposed(monkeypatch, tmp_path):
    monkeypatch.setattr("bench.station.exposure.interface_names", lambda: ["lo", "lo-bare"])
    file = load_bench(bench_file(tmp_path, '\n[network.listen]\ntcu = "lo-bare"\n'))
    with pytest.raises(ConfigError, match=r'"lo-bare" with an IPv4 address: known: lo$'):
        exposures(file, "mqtt")


# ── where it is meant ─────────────────────────────────────────────────────────────────────


@pytest.mark.skipif(other_interface() is None, reason="this computer has loopback alone")
def test_with_unsafe_listen_the_cloud_is_reached_on_the_interface_that_is_named(tmp_path, folder):
    interface = str(other_interface())
    more = (f'\n[network]\nauthority = "{folder}"\n{FREE}'
            f'[network.unsafe_listen]\nphone = "{interface}"\n')  # fmt: skip
    before = bound_addresses()
    bench = Bench(make_setup(bench_file(tmp_path, more))).open()
    try:
        now = bound_addresses()
        host, port = bench.station.network.names.table["phone", f"api.{DOMAIN}"]
        context = ssl.create_default_context(cafile=folder / "authority.pem")
        with socket.create_connection((host, port), 5) as plain:
            context.wrap_socket(plain, server_hostname=f"api.{DOMAIN}").close()
    finally:
        bench.close()
    assert host == address_of(interface)
    assert now - before == {"127.0.0.1", host}


# ── certificates ──────────────────────────────────────────────────────────────────────────


def test_what_is_secret_can_be_read_by_its_owner_alone(folder):
    modes = {f.name: stat.S_IMODE(f.stat().st_mode) & 0o077 for f in folder.iterdir()}
    secret = {name for name, others in modes.items() if others == 0}
    assert secret >= {"authority.key.pem", "tcu.key.pem", "phone.key.pem"}
    assert set(modes) == {"authority.pem", "authority.key.pem", "commands.pub.pem", "tcu.pem",
                          "tcu.key.pem", "phone.pem", "phone.key.pem"}  # fmt: skip


def test_an_authority_is_never_written_over(folder, capsys):
    key = (folder / "authority.key.pem").read_bytes()
    assert main(["provision", "--out", str(folder)]) == 2
    assert "holds an authority already" in capsys.readouterr().err
    assert (folder / "authority.key.pem").read_bytes() == key


def test_two_authorities_share_no_secret(folder, tmp_path):
    assert main(["provision", "--out", str(tmp_path / "other")]) == 0
    for name in ("authority.key.pem", "tcu.key.pem", "authority.pem"):
        assert (folder / name).read_bytes() != (tmp_path / "other" / name).read_bytes()


@pytest.fixture(scope="module")
def guarded(tmp_path_factory, folder):
    """A bench that asks every client for a certificate, reached by a phone on loopback."""
    more = (f'\n[network]\nauthority = "{folder}"\nmutual_tls = true\ntls_minimum = "1.2"\n{FREE}'
            'names = { "api.real-maker.example" = "api" }\n'
            '[network.listen]\nphone = "127.0.0.3"\n')  # fmt: skip
    bench = Bench(make_setup(bench_file(tmp_path_factory.mktemp("guarded"), more))).open()
    yield bench
    bench.close()


def status_page(bench: Bench, context: ssl.SSLContext) -> int:
    """Ask for the status page as a phone that the standard library plays."""
    host, port = bench.station.network.names.table["phone", f"api.{DOMAIN}"]
    with (
        socket.create_connection((host, port), 5) as plain,
        context.wrap_socket(plain, server_hostname=f"api.{DOMAIN}") as sock,
    ):
        sock.sendall(f"GET /status HTTP/1.1\r\nHost: api.{DOMAIN}\r\n\r\n".encode())
        answer = sock.recv(1000)
    if not answer:  # in TLS 1.3 a client has finished its handshake before it is refused
        raise ConnectionResetError
    return int(answer.split()[1])


@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_3"])
def test_a_device_with_its_certificate_is_let_in(guarded, folder, version):
    context = ssl.create_default_context(cafile=folder / "authority.pem")
    context.load_cert_chain(folder / "phone.pem", folder / "phone.key.pem")
    context.minimum_version = context.maximum_version = ssl.TLSVersion[version]
    context.verify_flags |= ssl.VERIFY_X509_STRICT  # what newer Pythons and phones insist on
    assert status_page(guarded, context) == 200


def test_a_device_without_a_certificate_is_not(guarded, folder):
    context = ssl.create_default_context(cafile=folder / "authority.pem")
    with pytest.raises(ssl.SSLError, match="alert certificate required"):
        status_page(guarded, context)


def test_a_refusal_says_by_its_alert_what_is_wrong(guarded, folder):
    context = ssl.create_default_context(cafile=folder / "authority.pem")
    context.load_cert_chain(folder / "phone.pem", folder / "phone.key.pem")
    armed = guarded.run(_arm(guarded, "client_cert_expired:alert=unknown_ca"))
    with pytest.raises(ssl.SSLError, match="alert unknown ca"):
        status_page(guarded, context)
    assert armed.met == 1
    guarded.run(_clear(guarded, armed))
    assert status_page(guarded, context) == 200


async def _arm(bench: Bench, spec: str):
    return bench.station.injector.arm(parse_fault(spec, source="test"))


async def _clear(bench: Bench, armed) -> None:
    bench.station.injector.clear(armed)


def test_why_a_handshake_failed_is_on_record(guarded, folder, tmp_path):
    assert main(["provision", "--out", str(tmp_path / "stranger")]) == 0
    since = len(guarded.journal.entries)
    for trusts, shows in ((tmp_path / "stranger", folder), (folder, tmp_path / "stranger")):
        context = ssl.create_default_context(cafile=trusts / "authority.pem")
        context.load_cert_chain(shows / "phone.pem", shows / "phone.key.pem")
        with pytest.raises((ssl.SSLError, ConnectionResetError)):
            status_page(guarded, context)
    with pytest.raises(ssl.SSLError):
        status_page(guarded, ssl.create_default_context(cafile=folder / "authority.pem"))
    entries = [entry.event for entry in guarded.journal.entries[since:]]
    failed = [event for event in entries if isinstance(event, HandshakeFailed)]
    assert {event.host for event in failed} == {f"api.{DOMAIN}"}
    refused, foreign, none = (event.reason for event in failed)
    assert refused == "the client refuses: unknown ca"
    assert foreign.startswith("the client's certificate is refused: ")
    assert none == "the client shows no certificate"


def test_a_device_with_a_strangers_certificate_is_not(guarded, folder, tmp_path):
    assert main(["provision", "--out", str(tmp_path / "stranger")]) == 0
    context = ssl.create_default_context(cafile=folder / "authority.pem")
    stranger = tmp_path / "stranger"
    context.load_cert_chain(stranger / "phone.pem", stranger / "phone.key.pem")
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        status_page(guarded, context)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("cert_expired", "certificate has expired"),
        ("untrusted_chain", "unable to get local issuer|self.signed"),
    ],
)
def test_certificate_faults_reach_a_device_as_themselves(guarded, folder, fault, said):
    context = ssl.create_default_context(cafile=folder / "authority.pem")
    context.load_cert_chain(folder / "phone.pem", folder / "phone.key.pem")
    with (
        guarded.cloud.failing(fault),
        pytest.raises(ssl.SSLCertVerificationError, match=said),
    ):
        status_page(guarded, context)
    assert status_page(guarded, context) == 200


@pytest.mark.parametrize("known_as", ["api.real-maker.example", "127.0.0.3"])
@pytest.mark.parametrize("fault", [None, "wrong_host"])
def test_a_device_that_calls_no_name_finds_the_one_that_it_knows(guarded, folder, known_as, fault):
    """By its address it calls none: RFC 6066 has no addresses in its server names."""
    context = ssl.create_default_context(cafile=folder / "authority.pem")
    context.load_cert_chain(folder / "phone.pem", folder / "phone.key.pem")
    with guarded.cloud.failing(fault) if fault else nullcontext():
        shown = certificate_without_a_name(guarded, context)
    names = {value for _, value in shown["subjectAltName"]}
    assert (known_as in names) is (fault is None)


def certificate_without_a_name(bench: Bench, context: ssl.SSLContext) -> dict[str, Any]:
    """Return what the cloud shows to a client whose TLS says no name."""
    context.check_hostname = False
    place = bench.station.network.names.table["phone", f"api.{DOMAIN}"]
    with socket.create_connection(place, 5) as plain, context.wrap_socket(plain) as sock:
        return sock.getpeercert() or {}


def test_the_benchs_own_parties_show_certificates_too(guarded):
    assert guarded.owner.unlock("cloud_app").acted


def test_what_a_real_phone_asks_for_was_asked_by_somebody(guarded, folder):
    """Else a car that does as its owner's phone says would have been opened by nobody."""
    context = ssl.create_default_context(cafile=folder / "authority.pem")
    context.load_cert_chain(folder / "phone.pem", folder / "phone.key.pem")
    host, port = guarded.station.network.names.table["phone", f"api.{DOMAIN}"]
    context.check_hostname = False  # it goes by the address here
    phone = HTTPSConnection(host, port, timeout=10, context=context)
    word = {"account": "owner", "password": "owner's word"}
    token = asked(phone, "/oauth2/token", word, {})["access_token"]
    since = len(guarded.journal.entries)
    vin, bearer = guarded.setup.model.file.vin, {"Authorization": f"Bearer {token}"}
    asked(phone, f"/api/1/vehicles/{vin}/command/door_unlock", {}, bearer)
    phone.close()
    until_s = guarded.now_s + 30.0
    while "succeeded" not in guarded.cloud.command_states():
        assert guarded.now_s < until_s
        guarded.wait(0.1)
    began = [entry.event for entry in guarded.journal.entries[since:]
             if isinstance(entry.event, IntentBegan)]  # fmt: skip
    assert [(each.owner, each.intent, each.entitled) for each in began] == [
        ("owner", "unlock", True)
    ]
    judged = NoUnauthorisedOpening().judge(Case(guarded.recording()))
    assert (judged.verdict, judged.reason) == ("pass", "1 opening, each with a right to it")


def asked(phone: HTTPSConnection, path: str, body: Any, headers: dict[str, str]) -> Any:
    """Return what the cloud answers to a phone."""
    phone.request("POST", path, json.dumps(body), {**headers, "Content-Type": "application/json"})
    return json.loads(phone.getresponse().read())
