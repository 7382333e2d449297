"""A car of which nothing is the bench's own: names, identifiers, language, shapes, no sources.

Its requests are levels in cyclic CAN FD messages with counters and CRCs, its telematics bus has
identifiers of 29 bits, its ignition is three signals, its doors are multiplexed.
"""

import re
from pathlib import Path

import pytest

from bench.access.choosing.choice import Choice
from bench.access.choosing.selection import campaign
from bench.access.choosing.within_reach import within_reach
from bench.access.handles.bench import Bench, make_setup
from bench.access.runner import run_scenario
from bench.car.model import CarModel, load_car
from bench.config.bench_file import DEFAULT, load_bench
from bench.errors import ConfigError
from bench.events import Inside
from bench.judge.judge import judge
from bench.station.ahead import check_file

ROOT = Path(__file__).parents[2]
CAR = Path(__file__).parent / "foreign" / "kt4.toml"


@pytest.fixture
def foreign(tmp_path):
    """Return an open bench with the car, its files changed as a test likes."""
    opened: list[Bench] = []

    def open_it(*changes: tuple[str, str, str], owner: str = "phone_only") -> Bench:
        for file in CAR.parent.iterdir():
            (tmp_path / file.name).write_bytes(file.read_bytes())
        for name, old, new in changes:
            text = (tmp_path / name).read_text()
            assert old in text
            (tmp_path / name).write_text(text.replace(old, new))
        bench = Bench(make_setup(car=str(tmp_path / "kt4.toml"), owner=owner)).open()
        opened.append(bench)
        return bench

    yield open_it
    for bench in opened:
        bench.close()


def test_a_phone_key_unlocks_it_by_a_level_that_falls_back(foreign):
    bench = foreign()
    unlock = bench.owner.unlock("ble_key")
    assert unlock.opened_within(1.5), unlock.story()
    bench.can.body.expect("KY_Anforderung_01", KY_Oeffnungswunsch="entriegeln", within_s=1)
    bench.can.body.expect("KY_Anforderung_01", KY_Oeffnungswunsch="kein Wunsch", within_s=1)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (
            {"TSG_FA_Tuer_offen": "offen", "TSG_BF_Tuer_offen": "offen"},
            "TSG_FA_Tuer_offen and TSG_BF_Tuer_offen never stand in one frame: TSG_Mux is 0 for one",
        ),
        (
            {"TSG_Mux": 0, "TSG_BF_Tuer_offen": "offen"},
            "TSG_Mux and TSG_BF_Tuer_offen never stand in one frame: TSG_Mux is 0 for one, 1 for the",
        ),
    ],
)
def test_signals_of_two_pages_are_not_expected_in_one_frame(foreign, values, told):
    bench = foreign()
    for expect in (bench.can.body.expect, bench.can.body.expect_not):
        with pytest.raises(ConfigError, match=told):
            expect("TSG_Tueren_01", within_s=1, **values)
    bench.can.body.expect("TSG_Tueren_01", TSG_Mux=0, TSG_FA_Tuer_offen="geschlossen", within_s=5)


def test_a_condition_on_another_page_of_a_message_is_not_met(foreign):
    body = foreign().can.body
    body.expect_not("TSG_Tueren_01", where=lambda s: s["TSG_BF_Fensterhub"] >= 0, within_s=1)
    body.expect("TSG_Tueren_01", where=lambda s: s["TSG_FA_Fensterhub"] >= 0, within_s=1)


def test_a_fault_changes_what_a_restbus_sends_for_a_unit_that_nobody_simulates(foreign):
    bench = foreign()
    with bench.can.body.restbus(senders=["TSG_BF"]) as restbus:
        restbus.set("Sitz_01", Sitz_Heizstufe=1)
        bench.can.body.expect("Sitz_01", Sitz_Heizstufe=1, within_s=1)
        with bench.cloud.failing("stale_value:message=Sitz_01"):
            restbus.set("Sitz_01", Sitz_Heizstufe=2)
            bench.can.body.expect_not("Sitz_01", Sitz_Heizstufe=2, within_s=1)
        bench.can.body.expect("Sitz_01", Sitz_Heizstufe=2, within_s=1, since_s=bench.now_s)
        with bench.cloud.failing("wrong_cycle:message=Sitz_01,factor=4"):
            bench.wait(0.2)  # one was due
            bench.can.body.expect_cycle("Sitz_01", period_s=0.4, count=3)


def test_what_a_restbus_is_told_is_looked_for_from_then_on(foreign):
    bench = foreign()
    with bench.can.body.restbus(senders=["TSG_BF"]) as restbus:
        bench.can.body.expect("Sitz_01", within_s=1)
        bench.wait(3)
        restbus.set("Sitz_01", Sitz_Heizstufe=3)
        bench.can.body.expect("Sitz_01", Sitz_Heizstufe=3, within_s=1)


def test_what_the_bench_file_has_a_restbus_send_can_be_changed_before_anything_is_sent(tmp_path):
    text = DEFAULT.read_text().replace("[can.body]", '[can.body]\nrestbus = ["TSG_BF"]')
    (tmp_path / "bench.toml").write_text(text)
    file, car = load_bench(tmp_path / "bench.toml"), load_car(str(CAR), Path())
    chosen = campaign(
        car, Choice(paths=["rke_fob"], faults=["wrong_cycle:message=Sitz_01"]), seed=1
    )
    baseline, outage = (run_scenario(file, car, s) for s in chosen.groups[0].scenarios())
    verdict = judge(outage, baseline)
    assert verdict.faults_met["wrong_cycle"] > 100, verdict.reason


def test_a_phone_key_starts_it_though_no_signal_says_which_key(foreign):
    bench = foreign()
    start = bench.owner.start("ble_key")
    assert start.acted, start.story()
    assert bench.car.state("power_mode") == "ready"


def test_the_app_unlocks_it_over_29_bit_identifiers(foreign):
    unlock = foreign().owner.unlock("cloud_app")
    assert unlock.acted, unlock.story()
    assert unlock.told == "succeeded"


@pytest.mark.parametrize("without", ["komfort.toml", "telematik.toml", "both"])
def test_the_app_unlocks_it_twice_where_no_signal_has_room_for_a_token(foreign, without):
    fields = {
        "komfort.toml": ('fields = { token = "FZ_Vorgang" }', 'fields = { token = "FQ_Vorgang" }'),
        "telematik.toml": (
            'fields = { token = "OCU_Befehl_Vorgang" }',
            'fields = { token = "OCU_Quittung_Vorgang" }',
        ),
    }
    files = list(fields) if without == "both" else [without]
    bench = foreign(*((file, line, "") for file in files for line in fields[file]))
    for _ in range(2):
        unlock = bench.owner.unlock("cloud_app")
        assert unlock.acted, unlock.story()
        assert unlock.told == "succeeded"
        bench.wait(60)


def test_a_field_speaks_the_role_files_words(foreign):
    bench = foreign(owner="phone_and_fob")
    assert bench.owner.unlock("rke_fob").acted
    bench.can.body.expect("ZV_Status_01", ZV_Ausloeser="Funkschluessel", within_s=1)


def test_a_message_of_a_simulated_unit_can_be_spoilt_whatever_its_sender_is_called(foreign):
    bench = foreign()
    with bench.cloud.failing("wrong_crc:message=KY_Anforderung_01"):
        assert not bench.owner.unlock("ble_key").acted
    assert bench.cloud.never_met == []


def test_a_request_with_a_frozen_counter_is_not_obeyed_though_it_is_a_level(foreign):
    bench = foreign()
    with bench.cloud.failing("frozen_counter:message=KY_Anforderung_01"):
        unlock = bench.owner.unlock("ble_key")
    assert not unlock.acted, unlock.story()


def test_a_message_that_nobody_here_sends_cannot(foreign):
    bench = foreign()
    told = "Sitz_01 on can.body is sent by TSG_BF, which is real or not there"
    with (
        pytest.raises(ConfigError, match=told),
        bench.cloud.failing("stale_value:message=Sitz_01"),
    ):
        pass


def test_a_unit_asks_in_the_message_that_a_restbus_sends_in_its_place(foreign):
    """By itself it would send the same message beside it, with another counter."""
    bench = foreign()
    with bench.can.body.restbus(senders=["KESSY"]):
        bench.wait(1)
        unlock = bench.owner.unlock("ble_key")
        assert unlock.opened_within(0.2), unlock.story()
        bench.can.body.expect("KY_Anforderung_01", KY_Oeffnungswunsch="entriegeln", within_s=1)
        bench.can.body.expect("KY_Anforderung_01", KY_Oeffnungswunsch="kein Wunsch", within_s=1)
    rejected = [what for _, what in bench.recording().of(Inside) if "rejected" in what.what]
    assert rejected == []


def test_a_car_is_switched_off_again_where_one_value_means_on_and_ready(foreign):
    before, after = "on = [[1, 1, 0]], ready", "on = [[1, 1, 1]], ready"
    bench = foreign(("komfort.toml", before, after))
    assert bench.owner.start("ble_key").acted
    bench.wait(5)
    with bench.relays.start_button.closed():
        bench.can.body.expect_role("power_mode", "off", within_s=2)


def test_a_power_mode_that_never_means_ready_is_refused_before_anything_runs(tmp_path):
    for file in CAR.parent.iterdir():
        text = file.read_text().replace(", ready = [[1, 1, 1]]", "")
        (tmp_path / file.name).write_text(text)
    told = 'komfort.toml: roles.power_mode: no value means "ready": known: accessory, off, on; one '
    with pytest.raises(ConfigError, match=told):
        check_file(load_bench(DEFAULT), load_car("kt4.toml", tmp_path))


def without(folder: Path, file: str, *roles: str) -> CarModel:
    """Return the car without some roles of a bus, where it has every way in."""
    for each in CAR.parent.iterdir():
        (folder / each.name).write_bytes(each.read_bytes())
    text = (folder / file).read_text()
    for role in roles:
        text = re.sub(rf"\[roles\.{role}\]\n([^\[\n].*\n|\n)+", "", text)
        assert f"[roles.{role}]" not in text
    (folder / file).write_text(text)
    car = (folder / "kt4.toml").read_text().replace('"ble_key",', '"ble_key", "voice",')
    (folder / "kt4.toml").write_text(car)
    return load_car("kt4.toml", folder)


@pytest.mark.parametrize(
    ("file", "role", "left_out"),
    [
        ("telematik.toml", "remote_command", {"cloud_app": "can.telematics carries no remote_comm"}),
        ("telematik.toml", "remote_response", {"cloud_app": "can.telematics carries no remote_resp"}),
        ("telematik.toml", "door_lock_state", {}),
        ("komfort.toml", "door_lock_state", {}),
    ],
)  # fmt: skip
def test_what_no_bus_carries_or_shows_is_left_out_by_name(tmp_path, file, role, left_out):
    model, bench_file = without(tmp_path, file, role), load_bench(DEFAULT)
    chosen = campaign(model, Choice(faults=["refuse"]), seed=1)
    reach = within_reach(bench_file, model, chosen)
    voice = "no bus carries voice_state: nobody sees it wake"
    told = {name: why for name, why in reach.out_of_reach.items() if name != "voice"}
    assert reach.out_of_reach["voice"].startswith(voice)
    assert {*told} == {*left_out}
    assert all(told[name].startswith(why) for name, why in left_out.items())
    for group in reach.groups:
        assert judge(run_scenario(bench_file, model, group.baseline)).verdict == "pass"


def test_a_start_that_no_bus_shows_is_left_out_by_name(tmp_path):
    without(tmp_path, "telematik.toml", "power_mode", "door_lock_state")
    roles = tmp_path / "komfort.toml"
    text = roles.read_text()
    begin = text.index("[roles.power_mode]")
    roles.write_text(text[:begin] + text[text.index("[roles.digital_key_request]") :])
    model, bench_file = load_car("kt4.toml", tmp_path), load_bench(DEFAULT)
    chosen = campaign(model, Choice(paths=["ble_key"], faults=["refuse"]), seed=1)
    reach = within_reach(bench_file, model, chosen)
    assert reach.out_of_reach == {
        "ble_key start": "no bus carries power_mode: nobody sees it start"
    }


def test_a_cause_that_the_database_has_no_word_for_is_refused_before_anything_runs(tmp_path):
    model = without(tmp_path, "komfort.toml")
    told = 'komfort.toml: roles.door_lock_state.fields.source: ZV_Ausloeser has no value "voice": '
    with pytest.raises(ConfigError, match=told):
        check_file(load_bench(DEFAULT), model)


@pytest.mark.parametrize(
    ("fields", "signal", "words"),
    [
        ('{ slot = "KY_Schluesselnummer" }', "KY_BZ", '"ble_key"'),
        ('{ token = "FZ_Vorgang" }', "FZ_BZ", '"telematics"'),
    ],
)
def test_every_request_s_source_has_its_words_or_is_refused_before_anything_runs(
    tmp_path, fields, signal, words
):
    for file in CAR.parent.iterdir():
        text = file.read_text().replace(fields, fields.replace(" }", f', source = "{signal}" }}'))
        (tmp_path / file.name).write_text(text)
    with pytest.raises(ConfigError, match=f"fields.source: {signal} has no value {words}: none"):
        check_file(load_bench(DEFAULT), load_car("kt4.toml", tmp_path))


def test_network_management_keeps_away_from_the_identifiers_of_the_database(foreign):
    bench = foreign(
        ("komfort.dbc", "BO_ 1400 WFS_01", "BO_ 1281 WFS_01"),
        ("komfort.dbc", "BO_ 1400 200", "BO_ 1281 200"),
        ("komfort.dbc", "VAL_ 1400", "VAL_ 1281"),
    )
    assert bench.car.state("power_mode") == "off"
    assert bench.owner.start("ble_key").acted
    assert bench.car.state("power_mode") == "ready"


@pytest.mark.parametrize("fields", ["", 'fields = { driver = "DriverDoor" }'])
def test_what_moved_the_doors_is_said_where_it_is_a_role_and_no_field_of_another(tmp_path, fields):
    dbc = ROOT / "dbc"
    (tmp_path / "body.dbc").write_bytes((dbc / "body.dbc").read_bytes())
    text = (dbc / "body.toml").read_text()
    own = re.sub(r"^fields = .*source = .LockCause.*$", fields, text, flags=re.MULTILINE)
    (tmp_path / "mine.toml").write_text(own)
    car = (ROOT / "bench/cars/sound.toml").read_text().replace('"body.toml"', '"mine.toml"')
    (tmp_path / "mine_car.toml").write_text(car)
    with Bench(make_setup(car=str(tmp_path / "mine_car.toml"))) as bench:
        assert bench.car.state("lock_cause") == "none"
        bench.owner.unlock("ble_key")
        bench.can.body.expect_role("door_lock_state", "unlocked", within_s=1)
        bench.can.body.expect_role("lock_cause", "digital_key", within_s=1)
