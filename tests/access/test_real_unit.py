"""A real unit in the mocked one's place, played by programs that nobody here wrote.

paho-mqtt is the unit's modem, dnspython its resolver, the files of `bench provision` all it knows.
"""

import asyncio
import json
import queue
import re
import socket
import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dns.message
import dns.query
import paho.mqtt.client as paho
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

import bench
from bench.access import starting_state
from bench.access.choosing.usual_faults import default_faults, out_of_reach
from bench.access.handles.bench import Bench, make_setup
from bench.access.header import make_header
from bench.access.intent import INTENTS
from bench.access.path import get_path
from bench.access.scenario import Scenario
from bench.access.script import Script
from bench.access.timeline import Timeline
from bench.cli.main import main
from bench.config.bench_file import DEFAULT
from bench.errors import ConfigError
from bench.events import BadCertificateAccepted, BrokerConnect, StateChecked, TelematicsState
from bench.faults.injector import parse_fault
from bench.judge.discipline.tries import tries_of
from bench.judge.oracles.evidence import Evidence
from bench.judge.oracles.refuses_bad_certificates import RefusesBadCertificates
from bench.judge.verdict import Case
from bench.network.network import DOMAIN

NAME = f"push.{DOMAIN}"
OWN_NAME = "mqtt.real-maker.example"  # what a unit may have in its configuration instead
SOON_S = 20.0
TODAY = datetime.now(UTC).date()
TIMELINE = Timeline(0.0, (1.0,), (2.0,), 3.0, 0.0, 3.0, 1.0)
OPEN = '[network]\ntcu_token = "what the unit shows"\n[network.listen]\ntcu = "127.0.0.5"\n'
CONFIRMED = """
[emergency_call]
cannot_reach_emergency_services = true
how = "no radio in this test: paho-mqtt on loopback plays the unit"
confirmed_by = "the test suite"
confirmed_on = {day}
"""


def bench_file(tmp_path, *, confirmed=None, network=OPEN):
    text = DEFAULT.read_text().replace('time = "simulated"', 'time = "real"')
    text += f'\n[telematics]\nunit = "real"\npush = "mqtt"\n{network}'
    text += CONFIRMED.format(day=TODAY) if confirmed is None else confirmed
    file = tmp_path / "bench.toml"
    file.write_text(text)
    return file


class Unit:
    """A telematics unit made of paho: it finds the broker by name and executes what is signed.

    Args:
        name: the broker's, in its configuration.
        careful: whether it looks at certificates.
    """

    def __init__(self, opened, folder, *, name=NAME, careful=True):
        self._name = name
        self.vin = opened.setup.model.file.vin
        self.commands, self.disconnects = queue.Queue(), queue.Queue()
        self.failures = queue.Queue()
        self._public = load_pem_public_key((folder / "commands.pub.pem").read_bytes())
        self._dns = opened.station.dns[0].address
        self._port = opened.station.network.names.table["tcu", NAME][1]
        self._client = paho.Client(
            CallbackAPIVersion.VERSION2, client_id="imei-356938035643809",
            protocol=MQTTProtocolVersion.MQTTv5,
        )  # fmt: skip
        context = ssl.create_default_context(cafile=folder / "authority.pem")
        context.load_cert_chain(folder / "tcu.pem", folder / "tcu.key.pem")
        if not careful:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        # the name was asked of the bench's DNS; the computer's own resolver does not know it
        context.wrap_socket = self._named(context.wrap_socket)
        self._client.tls_set_context(context)
        self._client.on_connect = lambda client, *_: client.subscribe(
            f"vehicles/{self.vin}/commands", 1
        )
        self._client.on_message = self._on_message
        self._client.on_connect_fail = lambda *_: self.failures.put(True)
        self._client.on_disconnect = lambda *_: self.disconnects.put(True)

    def _named(self, wrap):
        return lambda sock, **options: wrap(sock, **{**options, "server_hostname": self._name})

    def start(self):
        host, port = self._dns
        answer = dns.query.udp(dns.message.make_query(self._name, "A"), host, timeout=3, port=port)
        self._client.connect(answer.answer[0][0].address, self._port)
        self._client.loop_start()

    def _on_message(self, _client, _user, message):
        signed = bytes.fromhex(json.loads(message.payload)["signed"])
        self._public.verify(signed[:64], signed[64:])
        command = json.loads(signed[64:])
        self.commands.put(command["name"])
        for stage, result in (("received", ""), ("result", "done")):
            report = {"type": "ack", "command_id": command["command_id"], "stage": stage,
                      "result": result}  # fmt: skip
            self._client.publish(f"vehicles/{self.vin}/reports", json.dumps(report), 1)

    def stop(self):
        self._client.disconnect()
        self._client.loop_stop()


def soon(opened, true):
    """Wait until something is true."""
    until_s = opened.now_s + SOON_S
    while not true():
        assert opened.now_s < until_s, "it has not come true"
        opened.wait(0.05)


@contextmanager
def met(tmp_path, late_s=0.0, **how):
    """Open a bench that a unit has found, or finds later."""
    folder = tmp_path / "pki"
    assert main(["provision", "--out", str(folder)]) == 0
    network = ('[network]\nauthority = "pki"\nmutual_tls = true\npush_port = 0\napi_port = 0\n'
               f'dns_port = 0\nnames = {{ "{OWN_NAME}" = "push" }}\n'
               '[network.listen]\ntcu = "127.0.0.5"\n')  # fmt: skip
    opened = Bench(make_setup(bench_file(tmp_path, network=network))).open()
    unit = Unit(opened, folder, **how)
    later = threading.Timer(late_s, unit.start)
    try:
        later.start()
        if not late_s:
            soon(opened, lambda: opened.telematics.state == "connected")
        yield opened, unit
    finally:
        later.join()
        unit.stop()
        opened.close()


@pytest.fixture
def world(tmp_path):
    with met(tmp_path) as found:
        yield found


FREE = "[network]\npush_port = 0\napi_port = 0\ndns_port = 0"


def test_a_test_whose_real_unit_has_never_come_is_inconclusive(tmp_path, monkeypatch):
    monkeypatch.setattr("bench.access.recipes.wait.CONNECTED_S", 0.5)
    file = bench_file(tmp_path, network=OPEN.replace("[network]", FREE))
    with Bench(make_setup(file)) as opened:
        opened.owner.begin("unlock", "cloud_app")
    judgement = Evidence().judge(Case(opened.recording()))
    assert judgement.verdict == "inconclusive"
    assert judgement.reason.startswith(
        "starting state: telematics_unit should be connected (not_connected, and not brought right "
        "by wait); of the unit: it made no connection"
    )


def test_a_real_unit_is_not_waited_for_in_an_outage_nor_by_who_needs_no_cloud(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("bench.access.recipes.wait.CONNECTED_S", 0.5)
    file = bench_file(tmp_path, network=OPEN.replace("[network]", FREE))
    with Bench(make_setup(file)) as opened:
        opened.owner.begin("unlock", "ble_key")
        with opened.cloud.failing("refuse"):
            opened.owner.begin("lock", "cloud_app")
    assert not [e for _, e in opened.recording().of(StateChecked) if e.item == "telematics_unit"]


def test_a_command_waits_for_a_real_unit_that_comes_late(tmp_path):
    with met(tmp_path, late_s=1.0) as (opened, unit):
        assert opened.telematics.state == "not_connected"
        opened.owner.begin("unlock", "cloud_app")
        assert opened.telematics.state == "connected"
        assert unit.commands.get(timeout=SOON_S) == "door_unlock"


def test_a_real_unit_that_has_gone_meanwhile_is_named_by_the_story_of_what_it_left_undone(world):
    opened, unit = world
    opened.wait(1)  # its coming is on record
    unit.stop()
    soon(opened, lambda: opened.telematics.state == "not_connected")
    opened.wait(1)
    unlock = opened.owner.begin("unlock", "cloud_app")
    soon(opened, lambda: "told at" in unlock.story())
    assert "the telematics unit was not connected (the last of it: " in unlock.story()


def test_a_command_of_the_app_goes_to_the_real_unit_and_faults_act_on_it(world):
    opened, unit = world
    assert opened.telematics.state == "connected"
    opened.wait(0.6)  # it is looked at four times a second
    attempt = opened.owner.begin("unlock", "cloud_app")
    assert unit.commands.get(timeout=SOON_S) == "door_unlock"
    soon(opened, lambda: opened.cloud.command_states()[-1] == "succeeded")
    assert attempt.reached("delivered", within_s=SOON_S)  # it has said that it has received it

    with opened.cloud.failing("broker_unreachable") as armed:
        unit.disconnects.get(timeout=SOON_S)
        soon(opened, lambda: opened.telematics.state == "not_connected")
        opened.wait(0.6)
    assert armed[0].met >= 1
    with opened.cloud.failing("connack_refused:reason=unavailable,cut=False") as armed:
        soon(opened, lambda: armed[0].met >= 1)  # paho tries again by itself
    soon(opened, lambda: any(t.failed for t in tries_of(opened.recording(), "tcu")))
    connects = {v.party for _, v in opened.recording().of(BrokerConnect)}
    assert "tcu" in connects  # by its link: what it calls itself is an IMEI
    assert not any(party.startswith("imei") for party in connects)
    assert min(opened.station.network.counted("tcu")) > 500
    states = [e.event.state for e in opened.journal.entries
              if isinstance(e.event, TelematicsState) and e.event.unit == "tcu"]  # fmt: skip
    assert states[:3] == ["not_connected", "connected", "not_connected"]


# paho 2 does not close the socket of a handshake that failed
@pytest.mark.filterwarnings("ignore:.*ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(("careful", "word"), [(True, "pass"), (False, "fail")])
def test_a_unit_is_shown_bad_certificates_by_the_name_that_it_calls(tmp_path, careful, word):
    with met(tmp_path, name=OWN_NAME, careful=careful) as (opened, unit):
        with opened.cloud.failing("wrong_host:service=push,cut=True"):
            if careful:
                unit.failures.get(timeout=SOON_S)
            else:
                soon(opened, lambda: any(opened.recording().of(BadCertificateAccepted)))
        judged = RefusesBadCertificates().judge(Case(opened.recording()))
    assert judged.verdict == word, judged.reason


def test_a_cloud_path_begins_when_the_unit_has_come_and_another_does_not_wait(world, monkeypatch):
    """Its back-off may be longer than what a scenario settles for: a sound car failed for that."""
    opened, _ = world
    station = opened.station
    needed = starting_state.whole(INTENTS["unlock"], station, needs_cloud=True)
    assert needed["telematics_unit"] == "connected"
    assert "telematics_unit" not in starting_state.whole(INTENTS["unlock"], station)
    state = {"telematics_unit": "connected"}
    with opened.cloud.failing("broker_unreachable"):
        soon(opened, lambda: opened.telematics.state == "not_connected")
        monkeypatch.setattr("bench.access.recipes.wait.CONNECTED_S", 0.3)
        assert opened.run(starting_state.reach(station, state)) == (False, True)
        monkeypatch.undo()
    assert opened.run(starting_state.reach(station, state)).right


def test_after_an_outage_a_unit_has_its_own_time_to_come_back(world, monkeypatch):
    opened, _ = world
    scenario = Scenario("sound", "phone_only", "cloud_app", "unlock", None, TIMELINE)
    header = make_header(opened.station, scenario, get_path("cloud_app"), INTENTS["unlock"])
    script = Script(opened.station, scenario, get_path("cloud_app"), header)

    async def back() -> str:
        script._outage = asyncio.create_task(asyncio.sleep(0))
        await script._unit_back()
        return opened.station.telematics.state

    with opened.cloud.failing("broker_unreachable"):
        soon(opened, lambda: opened.telematics.state == "not_connected")
        monkeypatch.setattr("bench.access.script.BACK_S", 0.3)
        assert opened.run(back()) == "not_connected"
        monkeypatch.undo()
    assert opened.run(back()) == "connected"


NOT_TO_A_UNIT = {
    "client_cert_expired": "the certificate is on a real device (tcu): take alert=unknown_ca",
    "wrong_address": "the bench has one address for tcu: take wrong_host",
}


@pytest.mark.parametrize("options", [[], ["--paths", "cloud_app"], ["--full"]])
def test_a_campaign_leaves_out_what_cannot_be_done_to_a_real_unit(tmp_path, capsys, options):
    assert main(["provision", "--out", str(tmp_path / "pki")]) == 0
    capsys.readouterr()
    network = (
        '[network]\nauthority = "pki"\nmutual_tls = true\n[network.listen]\ntcu = "127.0.0.5"\n'
    )
    file = bench_file(tmp_path, network=network)
    assert main(["run", "--bench", str(file), *options, "--plan", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["faults_left_out"]
    for fault, why in NOT_TO_A_UNIT.items():
        assert told[fault].startswith(why)
    assert "wrong_host" not in told


def test_every_fault_of_that_campaign_can_be_done_and_none_leaves_the_unit_out(world):
    opened, _ = world
    injector, file = opened.station.injector, opened.setup.file
    without = out_of_reach(file.content, "mqtt")
    assert without.keys() >= NOT_TO_A_UNIT.keys()
    for spec in default_faults("mqtt", without):
        injector.check(parse_fault(spec, source="test"))
    for fault, why in NOT_TO_A_UNIT.items():
        with pytest.raises(ConfigError, match=re.escape(f"{fault}: {why}")):
            injector.check(parse_fault(fault, source="test"))
    # the phone's is the bench's own
    injector.check(parse_fault("client_cert_expired:side=both", source="test"))


# ── what a bench with a real unit must say ────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("confirmed", "said"),
    [
        ("", "the file has no [emergency_call]: a real unit can call the emergency services"),
        (
            CONFIRMED.format(day=TODAY).replace("= true", "= false"),
            "emergency_call.cannot_reach_emergency_services: false is not right: should be true",
        ),
        (
            CONFIRMED.format(day=TODAY).replace('"the test suite"', '"x"'),
            "emergency_call.confirmed_by",
        ),
        (re.sub("how = .*", f'how = "{" " * 40}"', CONFIRMED.format(day=TODAY)), "call.how"),
        (CONFIRMED.format(day=f'"{TODAY}"'), "should be a date without quotes or time of day"),
        (CONFIRMED.format(day=TODAY - timedelta(days=181)), "is more than 180 days ago"),
        (CONFIRMED.format(day=TODAY + timedelta(days=2)), "is still to come"),
    ],
    ids=["no section", "not true", "nobody", "no how", "a text", "long ago", "not yet"],
)
@pytest.mark.parametrize("command", ["check", "run"])
def test_without_a_fresh_confirmation_about_emergency_calls_nothing_begins(
    tmp_path, capsys, monkeypatch, confirmed, said, command
):
    opened = []
    monkeypatch.setattr("bench.station.instruments.Instruments.open", lambda *_: opened.append(1))
    file = bench_file(tmp_path, confirmed=confirmed)
    out = ["--out", str(tmp_path / "run")] if command == "run" else []
    assert main([command, "--bench", str(file), *out]) == 2
    assert said in capsys.readouterr().err
    assert not opened
    assert not (tmp_path / "run").exists()


def test_a_confirmation_of_the_last_half_year_is_good(tmp_path):
    from bench.station.telematics import telematics_policy

    day = TODAY - timedelta(days=179)
    setup = make_setup(bench_file(tmp_path, confirmed=CONFIRMED.format(day=day)))
    assert telematics_policy(setup.file, setup.model).unit == "real"


def test_a_car_file_cannot_make_the_unit_real(tmp_path, capsys):
    """Else neither the stamp of a verdict nor the ways that are left out would know of it."""
    file = bench_file(tmp_path)
    file.write_text(file.read_text().replace('unit = "real"\n', ""))
    car = tmp_path / "car.toml"
    sound = next(Path(bench.__path__[0]).glob("cars/sound.toml")).read_text()
    car.write_text(sound + '\n[units.telematics]\nunit = "real"\n')
    assert main(["check", "--bench", str(file), "--car", str(car)]) == 2
    said = "units.telematics.unit: only a bench file says what stands on the bench"
    assert said in capsys.readouterr().err


def test_a_real_unit_cannot_come_in_by_another_key_of_the_bench_file(tmp_path, capsys):
    file = bench_file(tmp_path, confirmed="")
    text = file.read_text().replace('unit = "real"\n', "")
    file.write_text(text + '\n[car]\nreal = ["TCU"]\n')
    assert main(["check", "--bench", str(file)]) == 2
    assert 'a real telematics unit is said by telematics.unit = "real"' in capsys.readouterr().err


def test_a_real_unit_that_could_not_reach_the_cloud_is_refused(tmp_path, capsys):
    file = bench_file(tmp_path, network="")
    assert main(["check", "--bench", str(file)]) == 2
    assert "names no interface for tcu" in capsys.readouterr().err


def test_a_real_unit_that_the_cloud_could_not_know_is_refused(tmp_path, capsys):
    file = bench_file(tmp_path, network='[network.listen]\ntcu = "127.0.0.5"\n')
    assert main(["check", "--bench", str(file)]) == 2
    assert "network.tcu_token is missing: without a certificate" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("bearer", "status"), [(None, 101), ("what the unit shows", 101), ("another", 401)]
)
def test_over_a_websocket_too_a_certificate_is_enough_and_a_wrong_token_is_none(
    tmp_path, bearer, status
):
    folder = tmp_path / "pki"
    assert main(["provision", "--out", str(folder)]) == 0
    own = '[network]\nauthority = "pki"\nmutual_tls = true\npush_port = 0\napi_port = 0'
    file = bench_file(tmp_path, network=OPEN.replace("[network]", own))
    file.write_text(file.read_text().replace('push = "mqtt"', 'push = "websocket"'))
    context = ssl.create_default_context(cafile=folder / "authority.pem")
    context.load_cert_chain(folder / "tcu.pem", folder / "tcu.key.pem")
    with Bench(make_setup(file)) as opened:
        host, port = opened.station.network.names.table["tcu", NAME]
        plain = socket.create_connection((host, port), timeout=SOON_S)
        with context.wrap_socket(plain, server_hostname=NAME) as sock:
            sock.sendall(upgrade(opened.setup.model.file.vin, bearer))
            assert int(sock.recv(4096).split()[1]) == status


def upgrade(vin: str, bearer: str | None) -> bytes:
    """Return a request for a vehicle's channel as any WebSocket client sends it."""
    shown = [f"Authorization: Bearer {bearer}"] if bearer else []
    lines = [f"GET /push/vehicle/{vin} HTTP/1.1", f"Host: {NAME}", "Connection: Upgrade",
             "Upgrade: websocket", "Sec-WebSocket-Version: 13",
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", *shown, "", ""]  # fmt: skip
    return "\r\n".join(lines).encode()


def test_a_check_says_where_the_cloud_is_found_and_that_no_unit_has_found_it(
    tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr("bench.access.inspection.COMES_S", 0.5)
    network = OPEN.replace("[network]", "[network]\npush_port = 0\napi_port = 0\ndns_port = 0")
    assert main(["check", "--bench", str(bench_file(tmp_path, network=network))]) == 2
    said = capsys.readouterr().out
    assert "real unit not_connected: it made no connection, and asked for no name" in said
    assert f"push.{DOMAIN} at 127.0.0.5:" in said
    assert "DNS at 127.0.0.5:" in said


def test_a_check_waits_for_a_unit_that_comes_late(tmp_path, capsys, monkeypatch):
    folder = tmp_path / "pki"
    assert main(["provision", "--out", str(folder)]) == 0
    network = OPEN.replace("[network]", "[network]\npush_port = 0\napi_port = 0")
    looked = []

    async def until(true, longest_s):
        looked.append((true(), longest_s))
        return True

    monkeypatch.setattr("bench.access.inspection.until", until)
    assert main(["check", "--bench", str(bench_file(tmp_path, network=network))]) == 2
    assert looked == [(False, 30.0)]
    capsys.readouterr()


def test_a_defect_of_the_mocked_unit_cannot_be_fitted_to_a_real_one(tmp_path):
    network = OPEN.replace("[network]", "[network]\npush_port = 0\napi_port = 0")
    setup = make_setup(bench_file(tmp_path, network=network), defects=("executes_duplicates",))
    with pytest.raises(ConfigError, match="defects of the mocked unit cannot be fitted"):
        Bench(setup).open()
