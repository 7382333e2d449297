"""SecOC: against RFC 4493's vectors, against cantools, and on a bus."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
from cantools.autosar.secoc import apply_authenticator

from bench.can.databases import load
from bench.can.freshness import Freshness
from bench.can.protection.secoc import Secoc
from bench.can.roles import load_roles
from bench.can.simulated.medium import Medium
from bench.can.transmitter import Transmitter, protection_of
from bench.cli.main import main
from bench.config.bench_file import DEFAULT
from bench.errors import ConfigError

KEY = "2b7e151628aed2a6abf7158809cf4f3c"  # RFC 4493, section 4
DBC = """VERSION ""

NS_ :

BS_:

BU_: A

BO_ 256 Secured: 10 A
 SG_ Value : 7|48@0+ (1,0) [0|0] "" A
 SG_ Freshness : 55|8@0+ (1,0) [0|255] "" A
 SG_ Mac : 63|24@0+ (1,0) [0|0] "" A
"""
ROLES = """
database = "secured.dbc"
[protection.Secured]
scheme = "secoc"
counter = "Freshness"
crc = "Mac"
data_id = 0x6bc1
freshness_start = 250
cycle = 1
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "secured.dbc").write_text(DBC)
    (tmp_path / "secured.key").write_text(KEY + "\n")
    return tmp_path


@pytest.fixture
def message(folder):
    return load((folder / "secured.dbc",), strict=True).message("Secured")


@pytest.fixture
def secoc(folder, message):
    def make(**changed):
        usual = {"message": message, "key_file": str(folder / "secured.key")}
        return Secoc(counter="Freshness", crc="Mac", data_id=0x6BC1, **{**usual, **changed})

    return make


def role_file(folder, key='key_file = "secured.key"'):
    path = folder / "roles.toml"
    path.write_text(ROLES.replace("cycle = 1", key))
    return str(path)


def test_the_authenticator_is_that_of_rfc_4493(secoc):
    # data id, payload and freshness are together the RFC's message of 16 bytes
    payload = bytes.fromhex("bee22e409f96") + bytes(4)
    mac = secoc().authenticator(payload, 0xE93D7E117393172A)
    assert mac.hex() == "070a16b46b4d4144f79bdd9dd04a287c"


@pytest.mark.parametrize(
    ("freshness", "bits"),
    [*((value, 64) for value in (0, 1, 255, 256, 0xE93D7E117393172A)), (0xABC, 12), (0x1FF, 9)],
)
def test_a_frame_is_what_cantools_makes_of_it(secoc, freshness, bits):
    rule = secoc(freshness_bits=bits)
    properties = SimpleNamespace(
        freshness_bit_length=bits, freshness_tx_bit_length=8, auth_tx_bit_length=24,
        payload_length=6, data_id=0x6BC1,
    )  # fmt: skip
    described = SimpleNamespace(name="Secured", autosar=SimpleNamespace(secoc=properties))
    payload = bytes.fromhex("0102030405060000000000")[:10]

    def authenticate(_message, data, _freshness):
        from cryptography.hazmat.primitives.ciphers.algorithms import AES
        from cryptography.hazmat.primitives.cmac import CMAC

        cmac = CMAC(AES(bytes.fromhex(KEY)))
        cmac.update(bytes(data))
        return cmac.finalize()

    theirs = apply_authenticator(payload, described, authenticate, freshness)
    assert rule.protected(payload, freshness) == bytes(theirs)


def test_the_secured_payload_reaches_to_the_trailer_whether_signals_lie_there_or_not(
    tmp_path, secoc
):
    """As a receiver has it, which knows the length of the payload and not its signals."""
    (tmp_path / "thin.dbc").write_text(DBC.replace("7|48@0+", "7|8@0+"))
    thin = secoc(message=load((tmp_path / "thin.dbc",), strict=True).message("Secured"))
    payload = bytes.fromhex("bee22e409f96") + bytes(4)
    mac = thin.authenticator(payload, 0xE93D7E117393172A)
    assert mac.hex() == "070a16b46b4d4144f79bdd9dd04a287c"


def test_a_signal_that_secoc_would_not_secure_is_refused(tmp_path, secoc):
    (tmp_path / "behind.dbc").write_text(DBC.replace("55|8@0+", "7|8@0+").replace("7|48", "15|48"))
    behind = load((tmp_path / "behind.dbc",), strict=True).message("Secured")
    with pytest.raises(ConfigError, match=r"protection.Secured: Value does not end before Fresh"):
        secoc(message=behind)


def test_freshness_goes_on_where_the_file_says_whoever_sends(folder, secoc):
    """A real unit remembers, and takes what a new scenario would begin with for a replay."""
    file = folder / "secured.freshness"
    rule = secoc(freshness_start=254, freshness_file=str(file))
    assert rule.sign(bytes(10)) == rule.protected(bytes(10), 254)
    another = secoc(freshness_start=254, freshness_file=str(file))
    assert another.sign(bytes(10)) == rule.protected(bytes(10), 255)
    assert rule.sign(bytes(10)) == rule.protected(bytes(10), 256)
    assert int(file.read_text()) == 257


def test_freshness_that_is_kept_where_a_role_file_says_is_beside_it(folder):
    text = 'key_file = "secured.key"\nfreshness_file = "my.freshness"'
    roles = load_roles(role_file(folder, text), [], folder)
    protection_of(roles.database.message("Secured"), roles.protection["Secured"])
    assert int((folder / "my.freshness").read_text()) == 250


@pytest.mark.parametrize(
    ("changed", "held", "said"),
    [
        ({"freshness_start": 256}, "", "freshness_start: 256 is more than 8 bits hold"),
        (
            {},
            "none",
            r"freshness_file: .* holds 'none', which is no number of 8 bits: write the next",
        ),
        ({}, "-1", r"freshness_file: .* holds '-1', which is no number of 8 bits"),
        ({}, "700", r"freshness_file: .* holds '700', which is no number of 8 bits"),
        ({"freshness_file": "/no/such/folder/x"}, "", "freshness_file: .*No such file"),
    ],
)
def test_freshness_that_makes_no_sense_is_one_clear_error(folder, secoc, changed, held, said):
    file = folder / "secured.freshness"
    if held:
        file.write_text(held)
    changed = {"freshness_bits": 8, "freshness_file": str(file), **changed}
    with pytest.raises(ConfigError, match=f"protection.Secured.{said}"):
        secoc(**changed)


def test_two_runs_at_once_take_no_freshness_twice(tmp_path):
    """A real unit would take the second of two for a replay."""
    file = tmp_path / "my.freshness"

    def run(_):
        freshness = Freshness("protection.Secured", 7, 64, file)
        return [freshness.take() for _ in range(200)]

    with ThreadPoolExecutor(4) as runs:
        taken = [value for each in runs.map(run, range(4)) for value in each]
    assert sorted(taken) == list(range(7, 807))


def test_a_file_in_which_nothing_has_stood_yet_begins_at_the_start(tmp_path):
    """As the first run leaves it that could not write: of a full disk, say."""
    file = tmp_path / "my.freshness"
    file.touch()
    assert Freshness("protection.Secured", 7, 64, file).take() == 7


def test_a_file_that_goes_away_does_not_begin_anew_unsaid(folder):
    file = folder / "my.freshness"
    keys = 'key_file = "secured.key"\nfreshness_file = "my.freshness"'
    roles = load_roles(role_file(folder, keys), [], folder)
    sender = Transmitter(None, roles.database.message("Secured"), roles)
    file.unlink()
    with pytest.raises(ConfigError, match=r"^protection.Secured.freshness_file: .*No such file"):
        sender.send(None)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("0x10000", "secoc has data ids of 0 to 0xFFFF"),
        ("[1, 2]", "secoc takes one number, and no list"),
    ],
)
def test_a_data_id_that_secoc_cannot_have_is_refused(folder, value, said):
    path = Path(role_file(folder))
    path.write_text(path.read_text().replace("0x6bc1", value))
    with pytest.raises(ConfigError, match=f"protection.Secured.data_id: {said}"):
        load_roles(str(path), [], folder)


def test_no_two_frames_of_a_restbus_are_alike_and_each_is_authentic(folder, time, journal, secoc):
    roles = load_roles(role_file(folder), [], folder)
    heard = []

    async def act():
        medium = Medium("body", time.loop, journal)
        medium.port("ear").listen(None, lambda r: heard.append(r.frame.data), every=True)
        sender = Transmitter(medium.port("A"), roles.database.message("Secured"), roles)
        sender.start(None)
        await asyncio.sleep(0.55)
        sender.set({"Value": 77}, None)
        await asyncio.sleep(0.55)
        sender.stop()
        await asyncio.sleep(1)

    time.run(act())
    assert len(heard) == 12
    rule = secoc()
    for place, data in enumerate(heard):
        assert data[6] == (250 + place) % 256  # it goes on where 8 bits are full
        assert data[10:] == b"\0\0"  # CAN FD has no frame of 10 bytes
        assert data[:10] == rule.protected(data[:10], 250 + place)
    assert heard[5][:6] == bytes(6)
    assert heard[6][:6] == (77).to_bytes(6, "big")


def test_a_frame_with_a_changed_bit_is_not_authentic(secoc):
    rule = secoc()
    data = bytearray(rule.sign(bytes(10)))
    data[0] ^= 1
    assert rule.protected(bytes(data), 0) != bytes(data)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("", "needs key_file or key_env: no key, no run"),
        ('key_file = "lost.key"', "lost.key"),
        ('key_env = "BENCH_TEST_NO_SUCH_KEY"', "the environment has no BENCH_TEST_NO_SUCH_KEY"),
        ('key_file = "secured.dbc"', "the key is not hexadecimal"),
        ('key_file = "short.key"\nkey_env = "HOME"', "key_file and key_env both name a key"),
        ('key_file = "short.key"', "the key has 2 bytes, and AES takes 16, 24 or 32"),
    ],
)
def test_a_missing_or_wrong_key_is_one_clear_error(folder, key, said):
    (folder / "short.key").write_text("abcd")
    roles = load_roles(role_file(folder, key), [], folder)
    with pytest.raises(ConfigError) as error:
        protection_of(roles.database.message("Secured"), roles.protection["Secured"])
    assert "protection.Secured" in str(error.value)
    assert said in str(error.value)


def test_a_key_may_come_from_the_environment(folder, message, monkeypatch):
    monkeypatch.setenv("BENCH_TEST_KEY", KEY)
    roles = load_roles(role_file(folder, 'key_env = "BENCH_TEST_KEY"'), [], folder)
    rule = protection_of(message, roles.protection["Secured"])
    assert isinstance(rule, Secoc)
    assert rule.authenticator(bytes(10), 0)


def test_a_run_without_its_key_does_not_begin(folder, capsys):
    bench_file = folder / "bench.toml"
    text = DEFAULT.read_text().replace("[can.body]", '[can.body]\nroles = "body_secured.toml"')
    bench_file.write_text(text)
    protected = '\n[protection.PEPS_Handle]\nscheme = "secoc"\ncounter = "Handle"\n'
    source = next(p for p in (DEFAULT.parents[2] / "dbc").glob("body.*") if p.suffix == ".toml")
    for name in ("body.dbc",):
        (folder / name).write_bytes((source.parent / name).read_bytes())
    (folder / "body_secured.toml").write_text(
        source.read_text() + protected + 'crc = "StartButton"\nkey_env = "BENCH_TEST_NO_SUCH_KEY"\n'
    )
    out = folder / "run"
    assert main(["run", "--bench", str(bench_file), "--out", str(out)]) == 2
    said = capsys.readouterr().err
    assert "no key, no run" in said
    assert f"{folder / 'body_secured.toml'}: protection.PEPS_Handle.key_env: the env" in said
    assert not out.exists()


class Mistaken:
    """A scheme of somebody else's that does what a test says."""

    def __init__(self, table, sign):
        self._table, self._sign = table, sign

    def table(self, payload):
        return self._table(payload)

    def sign(self, payload):
        return self._sign(payload)


def fails(_payload):
    raise ValueError("no freshness")


def whole(payload):
    return payload


@pytest.mark.parametrize(
    ("table", "sign", "said"),
    [
        (fails, whole, r"protection.Secured: secoc.table: ValueError\('no freshness'\)"),
        (lambda _: None, whole, "secoc.table: returned None, which is no list of payloads"),
        (lambda _: [], whole, r"secoc.table: returned \[\], which is no list of payloads"),
        (lambda p: [p], fails, r"protection.Secured: secoc.sign: ValueError\('no freshness'\)"),
        (lambda p: [p], lambda _: None, "secoc.sign: returned None, which is no payload"),
    ],
)
def test_a_scheme_that_goes_wrong_is_named_with_its_message(
    folder, time, journal, monkeypatch, table, sign, said
):
    roles = load_roles(role_file(folder), [], folder)
    monkeypatch.setattr("bench.can.transmitter.protection_of", lambda *_: Mistaken(table, sign))
    port = Medium("body", time.loop, journal).port("A")

    async def send():
        Transmitter(port, roles.database.message("Secured"), roles).send(None)

    with pytest.raises(ConfigError, match=said) as error:
        time.run(send())
    assert str(error.value).startswith(f"{roles.path}: protection.Secured")


def test_what_went_wrong_behind_an_error_is_said_with_it(time):
    async def wait_in_vain():
        asyncio.get_running_loop().call_later(1, fails, b"")
        await asyncio.sleep(2)
        raise LookupError("it never came")

    with pytest.raises(LookupError) as caught:
        time.run(wait_in_vain())
    assert caught.value.__notes__ == ["behind it, on the bench's loop: ValueError('no freshness')"]
    with pytest.raises(ValueError, match="no freshness"):
        time.check()


def test_a_scheme_that_there_is_not_is_named_with_its_message(folder):
    roles = load_roles(role_file(folder), [], folder)
    section = roles.protection["Secured"].model_copy(update={"scheme": "secok"})
    with pytest.raises(ConfigError, match=r'protection.Secured.scheme: .*did you mean "secoc"'):
        protection_of(roles.database.message("Secured"), section)
