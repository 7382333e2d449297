"""A real body controller among simulated units: `[car] real = ["bcm"]`."""

import itertools
from pathlib import Path

import can
import pytest
from bcm_on_the_table import Table

from bench.access import starting_state
from bench.access.handles import world
from bench.access.handles.bench import Bench, make_setup
from bench.config.bench_file import load_bench
from bench.errors import ConfigError, NotObservable
from bench.events import BenchFault, RecipeApplied
from bench.judge.oracles.evidence import Evidence
from bench.judge.verdict import Case
from bench.network.wiretap import Wiretap
from bench.station.beginning import begin
from bench.station.station import Station

NUMBERS = itertools.count(1)
REAL = Path(__file__).parents[1] / "smoke" / "real.toml"
ROLES = Path(__file__).parents[2] / "dbc"


@pytest.fixture
def channel() -> str:
    return f"table-{next(NUMBERS)}"


@pytest.fixture
def bench_file(tmp_path, channel) -> Path:
    path = tmp_path / "bench.toml"
    text = REAL.read_text().replace('channel = "body"', f'channel = "{channel}"')
    path.write_text(text.replace("[can.telematics]", '[car]\nreal = ["bcm"]\n\n[can.telematics]')
                    .replace('channel = "telematics"', f'channel = "{channel}-telematics"'))  # fmt: skip
    return path


@pytest.fixture
def table_bench(bench_file, channel, monkeypatch):
    """A bench, and a table that is wired up as soon as the bench's nets are there."""
    yield from opened(bench_file, channel, monkeypatch)


@pytest.fixture
def blind_bench(bench_file, channel, monkeypatch):
    """The same, with every sense line off its plug."""
    monkeypatch.setattr("bcm_on_the_table.OUT", ())
    yield from opened(bench_file, channel, monkeypatch)


@pytest.fixture
def blade_bench(bench_file, channel, monkeypatch):
    """The same for an owner with a blade."""
    yield from opened(bench_file, channel, monkeypatch, owner="phone_and_blade")


@pytest.fixture
def fob_bench(bench_file, channel, monkeypatch):
    """The same for an owner with a fob."""
    yield from opened(bench_file, channel, monkeypatch, owner="phone_and_fob")


def opened(bench_file, channel, monkeypatch, **plan):
    """Yield an open bench with its table."""
    tables: list[Table] = []

    async def begin_with_table(station: Station) -> None:
        await tables[0].solder()
        await begin(station)

    monkeypatch.setattr(world, "begin", begin_with_table)
    bench = Bench(make_setup(bench_file, **plan))
    open_station = bench._open

    async def open_with_table(tap: Wiretap | None) -> Station:
        station = await open_station(tap)
        tables.append(Table(station, channel))
        return station

    bench._open = open_with_table
    bench.open()
    yield bench
    bench.close()
    tables[0].close()


def test_a_phone_key_opens_a_real_body_controller_while_the_cloud_is_down(table_bench):
    with table_bench.cloud.failing("http_status:status=503"):
        unlock = table_bench.owner.unlock("ble_key")
    assert unlock.opened_within(1.5), unlock.story()
    table_bench.wait(1.0)
    assert table_bench.car.locked is False
    assert bench_faults(table_bench) == []


def test_the_app_reaches_a_real_body_controller_through_the_simulated_gateway(table_bench):
    unlock = table_bench.owner.unlock("cloud_app")
    assert unlock.opened_within(10.0), unlock.story()


def test_sense_lines_that_are_off_do_not_prove_that_the_car_stayed_locked(blind_bench):
    assert not blind_bench.owner.unlock("ble_key").acted
    assert not blind_bench.car.locked
    blind_bench.close()
    faults = bench_faults(blind_bench)
    assert {fault.what for fault in faults} == {"meters"}
    said = "did not show the unlocking that the car reported on CAN"
    assert any(said in fault.reason for fault in faults)
    assert Evidence().judge(Case(blind_bench.recording())).verdict == "inconclusive"


def test_an_armed_alarm_of_a_real_body_controller_is_silenced_by_what_the_owner_carries(
    table_bench,
):
    """The switch inside, which opens its doors, does not disarm it."""
    for function in ("interior_unlock", "cylinder_lock"):
        with getattr(table_bench.relays, function).closed():
            table_bench.wait(1.0)
    assert starting_state.check(table_bench.station, {"alarm_state": "armed"})
    since = len(table_bench.journal.entries)
    state = {"door_lock_state": "unlocked", "alarm_state": "disarmed"}
    reached = table_bench.run(starting_state.reach(table_bench.station, state))
    assert reached == (True, True)
    entries = table_bench.journal.entries[since:]
    applied = [e.event for e in entries if isinstance(e.event, RecipeApplied)]
    assert [each.recipe for each in applied] == ["interior_switch", "owners_key"]
    assert starting_state.check(table_bench.station, state)
    assert bench_faults(table_bench) == []


def test_a_relay_on_the_cylinder_switch_moves_the_real_locks(table_bench):
    with table_bench.relays.cylinder_unlock.closed():
        table_bench.can.body.expect("BCM_LockState", LockState="unlocked", within_s=1.0)


def test_a_relay_turns_the_cylinder_of_a_real_body_controller(blade_bench):
    unlock = blade_bench.owner.unlock("mechanical_key")
    assert unlock.opened_within(1.0), unlock.story()
    assert bench_faults(blade_bench) == []


def test_a_simulated_fob_does_not_act_on_a_real_body_controller(fob_bench):
    assert not fob_bench.owner.unlock("rke_fob").acted
    assert [(fault.what, fault.reason.partition(":")[0]) for fault in bench_faults(fob_bench)] == [
        ("owner.fob", "no simulated fob reaches the real bcm")
    ]


def test_no_code_that_nobody_has_said_is_typed_into_a_real_body_controller(table_bench):
    assert not table_bench.owner.unlock("keypad").acted
    assert [fault.what for fault in bench_faults(table_bench)] == ["owner.code"]


def test_nobody_answers_where_the_real_unit_is_not_plugged_in(bench_file):
    with Bench(make_setup(bench_file)) as bench:
        unlock = bench.owner.unlock("ble_key")
        assert not unlock.opened_within(1.5)
        with pytest.raises(NotObservable, match="nobody has reported door_lock_state"):
            assert not bench.car.locked


def bench_faults(bench: Bench) -> list[BenchFault]:
    return [e.event for e in bench.recording().entries if isinstance(e.event, BenchFault)]


def test_a_second_sender_of_what_the_bench_sends_makes_the_run_inconclusive(bench_file, channel):
    with Bench(make_setup(bench_file)) as bench:
        identifier = bench.station.buses.role_maps["body"].role("handle").message.frame_id
        with can.Bus(interface="virtual", channel=channel) as rival:
            bench.owner.unlock("ble_key")  # the simulated units send
            for _ in range(2):
                rival.send(can.Message(arbitration_id=identifier, data=bytes(8),
                                       is_extended_id=False))  # fmt: skip
            bench.wait(0.1)
        bench.wait(0.1)
    faults = bench_faults(bench)
    assert len(faults) == 1
    assert f"0x{identifier:X}" in faults[0].reason
    judgement = Evidence().judge(Case(bench.recording()))
    assert judgement.verdict == "inconclusive"


def test_a_unit_that_nobody_named_real_is_seen_before_its_simulated_one_has_sent(
    bench_file, channel
):
    with Bench(make_setup(bench_file)) as bench:
        roles = bench.station.buses.role_maps["body"]
        request, of_bcm = (
            roles.role(name).message for name in ("digital_key_request", "power_mode")
        )
        with can.Bus(interface="virtual", channel=channel) as table:
            for message in (of_bcm, request):
                table.send(can.Message(arbitration_id=message.frame_id, data=bytes(8),
                                       is_extended_id=False))  # fmt: skip
            bench.wait(0.2)
    [fault] = bench_faults(bench)
    assert f"0x{request.frame_id:X} comes from the bus, and the bench sends it" in fault.reason
    assert Evidence().judge(Case(bench.recording())).verdict == "inconclusive"


@pytest.mark.parametrize(("own", "extended"), [(0x50F, False), (0x1B00000F, True)])
def test_who_sends_the_restbuses_own_network_management_is_seen(
    bench_file, channel, tmp_path, own, extended
):
    roles = (ROLES / "body.toml").read_text(encoding="utf-8")
    roles = roles.replace("0x501", hex(own - 0xE)).replace("0x50F", hex(own))
    (tmp_path / "roles.toml").write_text(roles, encoding="utf-8")
    text = bench_file.read_text().replace("[can.body]", '[can.body]\nroles = "roles.toml"')
    bench_file.write_text(text)
    with (
        Bench(make_setup(bench_file)) as bench,
        can.Bus(interface="virtual", channel=channel) as table,
    ):
        table.send(can.Message(arbitration_id=own, data=bytes(8), is_extended_id=extended))
        bench.wait(0.2)
    [fault] = bench_faults(bench)
    assert f"0x{own:X} comes from the bus, and the bench sends it" in fault.reason


@pytest.mark.parametrize(
    ("real", "said"),
    [('["bmc"]', 'no unit, sender or message "bmc": did you mean "bcm"?'),
     ('"bcm"', "car.real")],
)  # fmt: skip
def test_a_wrong_name_is_one_clear_error(bench_file, real, said):
    bench_file.write_text(bench_file.read_text().replace('["bcm"]', real))
    with pytest.raises(ConfigError) as error, Bench(make_setup(bench_file)):
        pass
    assert said in str(error.value)
    assert str(bench_file) in str(error.value)


def test_real_units_need_real_time(tmp_path):
    path = tmp_path / "bench.toml"
    path.write_text('[car]\nreal = ["bcm"]\n[can.body]\n[can.telematics]\n')
    with pytest.raises(ConfigError, match=r'set bench.time = "real"'), Bench(make_setup(path)):
        pass


def test_the_restbus_leaves_a_real_units_messages_to_it(bench_file):
    text = bench_file.read_text().replace('["bcm"]', '["BCM", "PEPS_Handle"]')
    bench_file.write_text(text)
    assert load_bench(bench_file).content.car.real == ["BCM", "PEPS_Handle"]
    with (
        Bench(make_setup(bench_file)) as bench,
        bench.can.body.restbus(senders=["BCM", "PEPS"]) as restbus,
    ):
        sent = {line.message for line in restbus.describe()}
    assert sent
    assert "PEPS_Handle" not in sent
    assert not {name for name in sent if name.startswith("BCM_")}
