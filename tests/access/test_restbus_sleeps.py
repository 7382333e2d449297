"""A restbus that obeys network management: it starts when the bus wakes and lets it sleep."""

from dataclasses import replace
from pathlib import Path

import can
import pytest
from real_databases import needs_opendbc

from bench.access.handles.bench import Bench, make_setup
from bench.can.frame import LARGEST_11_BIT
from bench.can.roles import load_roles
from bench.config.bench_file import DEFAULT
from bench.errors import ConfigError, Inconclusive, NotOnBench, RoleError, StillAwake

ROLES = Path(__file__).parents[2] / "dbc"
SENDERS = {"senders": ["PEPS"]}  # on the shipped body bus
SLEEPS_S = 15.0  # the units keep the bus for 5 s, then network management takes 3 s


@pytest.fixture
def bench():
    with Bench(make_setup(DEFAULT, car="sound")) as bench:
        yield bench


def test_a_restbus_is_silent_while_the_bus_sleeps(bench):
    bench.expect_asleep(within_s=SLEEPS_S)
    with bench.can.body.restbus(**SENDERS):
        bench.wait(5)
        bench.expect_asleep(within_s=0.1)


def test_a_restbus_sends_when_the_car_wakes_and_stops_when_it_sleeps_again(bench):
    bench.expect_asleep(within_s=SLEEPS_S)
    with bench.can.body.restbus(**SENDERS) as restbus:
        sent = restbus.describe()[0]
        bench.owner.unlock("ble_key")
        bench.can.body.expect_cycle(sent.message, period_s=sent.cycle_s, count=3)
        bench.expect_asleep(within_s=60)


def test_a_restbus_leaves_to_a_simulated_unit_what_that_sends_itself(bench):
    """Two who send one message contradict each other: locked by the one, unlocked by the other."""
    bench.expect_asleep(within_s=SLEEPS_S)
    with bench.can.body.restbus(senders=["BCM"], messages=["BCM_LockState"]) as restbus:
        sent = {line.message: line.cycle_s for line in restbus.describe()}
        assert "BCM_LockState" not in sent
        assert sent
        restbus.wake()
        bench.wait(1)
        bench.can.body.expect_cycle("BCM_LockState", period_s=0.1, count=20)


def test_a_restbus_wakes_the_car_and_keeps_it_awake_until_it_is_released(bench):
    bench.expect_asleep(within_s=SLEEPS_S)
    with bench.can.body.restbus(**SENDERS) as restbus:
        restbus.wake()
        bench.can.body.expect("BCM_LockState", within_s=1.0)
        bench.wait(120)
        with pytest.raises(StillAwake, match="body"):
            bench.expect_asleep(within_s=5)
        restbus.release()
        bench.expect_asleep(within_s=SLEEPS_S)


def test_a_wake_up_pattern_wakes_once(bench):
    bench.expect_asleep(within_s=SLEEPS_S)
    with bench.can.body.restbus(**SENDERS) as restbus:
        restbus.wake(by="pattern")
        bench.can.body.expect("BCM_LockState", within_s=1.0)
        bench.expect_asleep(within_s=SLEEPS_S)


def test_terminal_15_wakes_the_car_and_keeps_it_awake_until_its_relay_opens(tmp_path):
    file = tmp_path / "bench.toml"
    ignition = '\n[relays.ignition]\nmodel = "simulated"\nchannels = { terminal_15 = 1 }\n'
    file.write_text(DEFAULT.read_text(encoding="utf-8") + ignition, encoding="utf-8")
    with Bench(make_setup(file)) as bench, bench.can.body.restbus(**SENDERS) as restbus:
        bench.expect_asleep(within_s=SLEEPS_S)
        sent = restbus.describe()[0]
        bench.relays.terminal_15.close()
        bench.can.body.expect_cycle(sent.message, period_s=sent.cycle_s, count=3)
        bench.wait(60)
        with pytest.raises(StillAwake, match="body"):
            bench.expect_asleep(within_s=5)
        bench.relays.terminal_15.open()
        bench.expect_asleep(within_s=SLEEPS_S)


@pytest.fixture(params=[0x600, 0x1B000000], ids=["11 bits", "29 bits"])
def elsewhere(request, tmp_path):
    """A bench whose network management has other messages, and the first of their identifiers."""
    roles = (ROLES / "body.toml").read_text(encoding="utf-8")
    for then, now in (("0x501", request.param + 1), ("0x50F", request.param + 0xF)):
        roles = roles.replace(then, hex(now))
    (tmp_path / "roles.toml").write_text(roles, encoding="utf-8")
    file = tmp_path / "bench.toml"
    own = '[can.body]\nroles = "roles.toml"'
    file.write_text(DEFAULT.read_text(encoding="utf-8").replace("[can.body]", own))
    return file, request.param


def test_simulated_units_stay_awake_for_a_unit_that_says_by_its_own_message_that_it_needs_the_bus(
    elsewhere,
):
    """Whose identifier the role file has, and nobody else."""
    file, first = elsewhere
    with Bench(make_setup(file)) as bench, bench.can.body.python_can() as table:
        message = can.Message(
            arbitration_id=first + 4, data=bytes(8), is_extended_id=first > LARGEST_11_BIT
        )
        for _ in range(60):
            table.send(message)
            bench.wait(0.5)
        bench.can.body.expect("BCM_LockState", within_s=2)
        with pytest.raises(StillAwake, match="body"):
            bench.expect_asleep(within_s=2)
        bench.expect_asleep(within_s=SLEEPS_S)


def test_simulated_units_wait_for_a_unit_as_long_as_its_network_management_allows(tmp_path):
    """Its message comes every three seconds; they fell asleep after two, and woke again."""
    roles = (ROLES / "body.toml").read_text(encoding="utf-8")
    slow = "[network_management]\nmessage_s = 3.0\ntimeout_s = 7.0"
    (tmp_path / "roles.toml").write_text(roles.replace("[network_management]", slow))
    file = tmp_path / "bench.toml"
    own = '[can.body]\nroles = "roles.toml"'
    file.write_text(DEFAULT.read_text(encoding="utf-8").replace("[can.body]", own))
    with Bench(make_setup(file)) as bench, bench.can.body.python_can() as table:
        for _ in range(20):
            table.send(can.Message(arbitration_id=0x508, data=bytes(8), is_extended_id=False))
            bench.can.body.expect_cycle("BCM_PowerMode", period_s=0.1, count=28)


def test_a_restbus_needs_the_bus_by_the_message_that_its_role_file_has(elsewhere):
    file, first = elsewhere
    with Bench(make_setup(file)) as bench, bench.can.body.python_can() as table:
        bench.expect_asleep(within_s=SLEEPS_S)
        with bench.can.body.restbus(**SENDERS) as restbus:
            restbus.wake()
            bench.wait(120)
            with pytest.raises(StillAwake, match="body"):
                bench.expect_asleep(within_s=5)
            restbus.release()
            bench.expect_asleep(within_s=SLEEPS_S)
        heard = list(iter(lambda: table.recv(0), None))
    own = [m for m in heard if m.arbitration_id == first + 0xF]
    assert len(own) > 200
    assert {m.is_extended_id for m in own} == {first > LARGEST_11_BIT}


@needs_opendbc
def test_without_network_management_a_restbus_keeps_a_bus_awake_and_cannot_wake_it():
    with Bench(make_setup(DEFAULT, car="haval_h6")) as bench:
        station = bench.station
        every = set(station.buses.role_maps["body"].database.messages)
        message = min(every - station.car.cyclic_messages("body"))
        with bench.can.body.restbus(messages=[message]) as restbus:
            bench.wait(30)
            with pytest.raises(StillAwake, match="body"):
                bench.expect_asleep(within_s=5)
            with pytest.raises(ConfigError, match="no \\[network_management\\]"):
                restbus.wake()


def test_messages_of_network_management_are_not_sent_by_rote(bench):
    with bench.can.body.restbus(**SENDERS) as restbus:
        sent = {line.message for line in restbus.describe()}
        known = bench.station.buses.role_maps["body"].database.messages
    assert "PEPS_Handle" in sent
    assert "NM_PEPS" in known, "positive control: the unit has one"
    assert not {name for name in sent if name.startswith("NM_")}


# ── sleep is silence, and next to no current ──────────────────────────────────────────────


def test_sleep_is_proven_by_the_current_too(bench):
    bench.wait(SLEEPS_S)
    bench.expect_asleep(within_s=1, limit_ma=25)  # a parked unit that is online draws some
    awake_from_s = bench.now_s
    bench.owner.unlock("ble_key")
    assert bench.supplies.kl30.amperes > 0.1, awake_from_s


def test_a_unit_that_draws_current_in_silence_is_not_asleep(bench):
    bench.wait(SLEEPS_S)
    bench.station.wiring.net("terminal_30").load("forgotten lamp", 400)
    with pytest.raises(StillAwake, match=r"kl30 gives 4\d\d(\.\d)? mA \(limit 25 mA\)"):
        bench.expect_asleep(within_s=5, limit_ma=25)


def test_a_current_too_near_its_limit_for_the_supply_is_inconclusive(bench):
    bench.wait(SLEEPS_S)
    drawn_ma = bench.supplies.kl30.amperes * 1000
    sections = bench.station.instruments.sections
    sections["kl30"] = sections["kl30"].model_copy(update={"current_error_ma": 3.0})
    bench.expect_asleep(within_s=1, limit_ma=drawn_ma + 4)
    for limit_ma in (drawn_ma - 2, drawn_ma + 2):
        with pytest.raises(Inconclusive, match=r"kl30 gives .* mA, give or take 3 mA \(limit"):
            bench.expect_asleep(within_s=1, limit_ma=limit_ma)
    with pytest.raises(StillAwake):
        bench.expect_asleep(within_s=1, limit_ma=drawn_ma - 4)


def test_a_supply_that_does_not_tell_its_current_proves_no_sleep(bench, monkeypatch):
    kl30 = bench.station.instruments.supplies["kl30"]
    monkeypatch.setattr(kl30, "measure_current", lambda: None)
    bench.wait(SLEEPS_S)
    bench.expect_asleep(within_s=1)
    with pytest.raises(NotOnBench, match=r"^supplies\.kl30 does not tell its current"):
        bench.expect_asleep(within_s=1, limit_ma=25)
    with pytest.raises(NotOnBench, match=r"^supplies\.kl30 does not tell its current"):
        _ = bench.supplies.kl30.amperes


def test_a_supply_in_the_place_of_a_fob_s_cell_is_no_current_of_the_car(bench):
    bench.wait(SLEEPS_S)
    bench.station.actuators = replace(bench.station.actuators, cell="kl30")
    with pytest.raises(NotOnBench, match="no supply of this bench feeds the car"):
        bench.expect_asleep(within_s=1, limit_ma=25)


def test_a_bus_that_is_awake_is_named_with_its_last_frame(bench):
    bench.owner.unlock("ble_key")
    with pytest.raises(StillAwake, match=r"body: last frame 0\.\d+ s ago"):
        bench.expect_asleep(within_s=1)


# ── the role file ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("first", "last", "own", "wrong"),
    [
        ("0x500", "0x50F", "0x510", r"own \(0x510\) is not from first \(0x500\)"),
        ("0x500", "0x1B00000F", "0x501", r"last \(0x1B00000F\): the one has 11 bits, the other 29"),
        ("0x1B000000", "0x1BFFFFFF", "0x1B000001", "more than the 256 nodes"),
    ],
)
def test_identifiers_of_network_management_that_make_no_sense_are_named(
    tmp_path: Path, first, last, own, wrong
):
    role_file = tmp_path / "body.toml"
    role_file.write_text(
        'database = "body.dbc"\n[network_management]\n'
        f"first = {first}\nlast = {last}\nown = {own}\n"
    )
    with pytest.raises(RoleError, match=wrong):
        load_roles(str(role_file), [], tmp_path)
