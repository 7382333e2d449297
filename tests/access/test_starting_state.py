"""The starting state is seen, reached by recipes, and inconclusive where it cannot be reached."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.access import starting_state
from bench.access.handles.bench import Bench, make_setup
from bench.access.intent import INTENTS
from bench.access.path import Scene
from bench.access.recipe import recipes, recipes_for
from bench.access.runner import run_scenario
from bench.access.scenario import Scenario
from bench.access.timeline import short_timeline
from bench.car.bcm import Bcm
from bench.car.model import load_car
from bench.cli.main import main
from bench.config.bench_file import DEFAULT, load_bench
from bench.diagnosis.client import UdsClient
from bench.errors import DiagnosisError, InstrumentFault
from bench.events import ActSensed, CodesRead, Edge, RecipeApplied, StateChecked, UnitIdentified
from bench.judge.judge import judge
from bench.judge.oracles.evidence import Evidence
from bench.judge.oracles.no_unauthorised_opening import NoUnauthorisedOpening
from bench.judge.verdict import Case
from bench.recording import Recording
from bench.station.station import Station

SOUND = (Path(__file__).parents[2] / "bench/cars/sound.toml").read_text()
PARKED = starting_state.declared(INTENTS["unlock"]) | {
    "trouble_codes": "none", "repeated_operation": "0", "remote_starts": "0", "keypad_lockout": "0",
}  # fmt: skip


@pytest.fixture
def bench():
    with Bench(make_setup(DEFAULT, owner="phone_and_fob")) as opened:
        yield opened


def reach(bench: Bench) -> tuple[dict[str, StateChecked], list[str]]:
    """Reach the parked state; return how each item ended, and the recipes in their order."""
    since = len(bench.journal.entries)
    bench.run(starting_state.reach(bench.station, PARKED))
    bench.run(starting_state.reach(bench.station, PARKED, buses=True))
    starting_state.check(bench.station, PARKED)
    events = [entry.event for entry in bench.journal.entries[since:]]
    checked = {e.item: e for e in events if isinstance(e, StateChecked)}
    return checked, [e.recipe for e in events if isinstance(e, RecipeApplied)]


def test_a_parked_car_needs_no_recipe(bench):
    checked, applied = reach(bench)
    assert applied == []
    assert set(checked) == set(PARKED)
    assert all(each.verified for each in checked.values())


@pytest.mark.parametrize("told", [True, False], ids=["causes", "none, as of a real car"])
def test_what_a_recipe_moves_the_bench_has_asked_for(bench, told):
    bench.run(starting_state.reach(bench.station, {"door_lock_state": "unlocked"}))
    bench.wait(1)
    recording = bench.close()
    entries = [
        entry if told or not isinstance(entry.event, Edge) else entry._replace(cause=None)
        for entry in recording.entries
    ]
    case = Case(Recording(recording.header, entries))
    (unlocked,) = [each for each in case.ledger.actuations if each.function == "unlock"]
    assert unlocked.attempt.startswith("recipe-")
    assert case.ledger.acts == []
    assert NoUnauthorisedOpening().judge(case).verdict == "pass"


def test_what_this_car_cannot_tell_stands_in_nobody_s_way(bench):
    assert starting_state.check(bench.station, {"window_state": "closed"})
    *_, checked = [each for _, each in bench.recording().of(StateChecked)]
    assert (checked.seen, checked.verified) == (starting_state.HIDDEN, True)


@pytest.mark.parametrize(("awake_s", "asleep"), [(60.0, True), (200.0, False)])
def test_a_bus_that_falls_asleep_late_is_waited_for(bench, awake_s, asleep):
    tap, loop = bench.station.taps["telematics"], bench.station.time.loop
    bench.wait(30)
    assert not tap.awake
    bench.run(_set_awake(tap, loop, awake_s))
    state = {"bus_telematics": "asleep"}
    reached = bench.run(starting_state.reach(bench.station, state, buses=True))
    assert reached.right is asleep


async def _set_awake(tap, loop, awake_s: float) -> None:
    """Have a bus count as awake for so long."""
    tap.awake = True
    loop.call_later(awake_s, setattr, tap, "awake", False)


def press(bench: Bench, function: str, pause_s: float = 0.3) -> None:
    """Close a contact for a moment."""
    with getattr(bench.relays, function).closed():
        bench.wait(0.2)
    bench.wait(pause_s)


def too_often(bench: Bench) -> None:
    for n in range(10):
        press(bench, "interior_unlock" if n % 2 else "interior_lock", 1.2)


def wrong_codes(bench: Bench) -> None:
    for _ in range(5):
        for _ in range(5):
            press(bench, "keypad_0")


def remote_starts(bench: Bench) -> None:
    for _ in range(2):
        assert bench.owner.start("remote_start").acted
        press(bench, "start_button", 3)


def stored_code(bench: Bench) -> None:
    bench.station.car.bcm.fail("B1A20-00", None)


def unlocked(bench: Bench) -> None:
    press(bench, "interior_unlock", 2)


@pytest.mark.parametrize(
    ("mess", "item", "recipe"),
    [
        (too_often, "repeated_operation", "wait"),
        (wrong_codes, "keypad_lockout", "wait"),
        (remote_starts, "remote_starts", "terminal_cycle"),
        (stored_code, "trouble_codes", "diagnostic_reset"),
        (unlocked, "door_lock_state", "interior_switch"),
    ],
)
def test_a_state_that_is_wrong_is_seen_and_mended(bench, mess, item, recipe):
    mess(bench)
    checked, applied = reach(bench)
    assert recipe in applied
    assert checked[item].verified, checked[item]


@pytest.mark.parametrize(("mess", "waits_s"), [(unlocked, 21), (too_often, 51)])
def test_a_protection_is_waited_for_until_it_has_forgotten_and_over_its_rest_if_it_rests(
    bench, mess, waits_s
):
    """The sound car counts over 20 s, and rests for 30 s."""
    mess(bench)
    began_s = bench.now_s
    assert reach_one(bench, "repeated_operation", "0").verified
    assert waits_s <= bench.now_s - began_s < waits_s + 1


@pytest.mark.parametrize("owner", ["phone_only", "phone_and_card", "phone_and_fob"])
def test_remote_starts_are_forgotten_where_a_key_starts_the_car_whichever_the_owner_has(owner):
    """A real unit may keep their number over a reset, and without its supply."""
    with Bench(make_setup(DEFAULT, owner=owner)) as bench:
        remote_starts(bench)
        checked, applied = reach(bench)
        assert applied[:1] == ["terminal_cycle"]
        assert all(each.verified for each in checked.values()), "also the alarm that it silenced"
        assert "diagnostic_reset" not in applied
        assert bench.station.car.bcm.power.remote_starts == 0


def test_a_gentle_recipe_that_does_not_help_is_followed_by_a_stronger_one(bench):
    remote_starts(bench)
    # no key that the start button would find
    bench.station.owner.fob = bench.station.owner.phone = None
    bench.station.air.places.pop("fob-1", None)
    checked, applied = reach(bench)
    assert applied == ["terminal_cycle", "diagnostic_reset"]
    assert checked["remote_starts"].verified


def test_an_instrument_that_fails_in_a_recipe_is_no_recipe_that_did_not_help(bench, monkeypatch):
    """Another recipe might lock the doors, with the first one's contact still held."""
    unlocked(bench)

    def gone(*_arguments, **_options):
        raise InstrumentFault("doors is gone")

    monkeypatch.setattr(bench.station.instruments.relays["doors"], "set", gone)
    with pytest.raises(InstrumentFault, match="doors is gone"):
        reach(bench)


def test_a_unit_without_codes_need_not_let_itself_be_cleared(bench, monkeypatch):
    clear = UdsClient.clear

    async def only_of_the_body_controller(client: UdsClient) -> None:
        if client.unit != "BCM":
            raise DiagnosisError(f"{client.unit}: refused: ConditionsNotCorrect")
        await clear(client)

    monkeypatch.setattr(UdsClient, "clear", only_of_the_body_controller)
    stored_code(bench)
    bench.station.diagnosis.addresses = dict(reversed(bench.station.diagnosis.addresses.items()))
    assert reach_one(bench, "trouble_codes", "none").verified


def test_a_code_that_a_recipe_sets_is_gone_before_the_outage(bench, monkeypatch):
    """A unit that was reset, or was without its supply, may store that: no outage has set it."""
    reset = UdsClient.reset

    async def and_store_it(client: UdsClient) -> None:
        await reset(client)
        bench.station.car.bcm.fail("B1A20-00", None)

    monkeypatch.setattr(UdsClient, "reset", and_store_it)
    remote_starts(bench)
    bench.station.owner.fob = bench.station.owner.phone = None
    bench.station.air.places.pop("fob-1", None)
    state = starting_state.whole(INTENTS["unlock"], bench.station)
    assert bench.run(starting_state.reach(bench.station, state)) == (True, True)
    assert bench.run(bench.station.diagnosis.client("BCM").codes()) == ()
    read = [e.event.codes for e in bench.journal.entries
            if isinstance(e.event, CodesRead) and e.event.unit == "BCM"]  # fmt: skip
    assert read == [("B1A20-00",), ()]


@pytest.mark.parametrize(
    ("owner", "act"),
    [("phone_and_fob", "button unlock pressed"), ("phone_and_card", "card-1 held to the pillar"),
     ("phone_only", "handle_driver closed"), ("flat_phone_only", "keypad_9 closed")],
)  # fmt: skip
def test_an_alarm_that_is_armed_is_silenced_as_the_owner_does_it(owner, act):
    """As after start-up, or when the switch inside has opened the doors: no switch disarms."""
    with Bench(make_setup(DEFAULT, owner=owner)) as bench:
        press(bench, "interior_unlock", 2)
        assert bench.station.car.bcm.alarm.state == "armed"
        since = len(bench.journal.entries)
        state = {"door_lock_state": "unlocked", "alarm_state": "disarmed"}
        assert bench.run(starting_state.reach(bench.station, state)) == (True, True)
        events = [entry.event for entry in bench.journal.entries[since:]]
        assert [e.recipe for e in events if isinstance(e, RecipeApplied)] == ["owners_key"]
        assert [e.act for e in events if isinstance(e, ActSensed)][-1:] == [act]
        assert bench.station.car.bcm.alarm.state == "disarmed"
        state = {"door_lock_state": "locked", "alarm_state": "armed"}
        assert bench.run(starting_state.reach(bench.station, state)) == (True, True)
    case = Case(bench.recording())
    assert case.ledger.acts == []
    assert NoUnauthorisedOpening().judge(case).verdict == "pass"


def test_a_car_that_the_owners_key_has_opened_does_not_lock_itself_again_meanwhile():
    """Scenarios begin a while later: units are asked, and their buses fall asleep."""
    state = {"door_lock_state": "unlocked", "alarm_state": "disarmed", "repeated_operation": "0"}
    with Bench(make_setup(DEFAULT, owner="phone_and_fob")) as bench:
        assert bench.run(starting_state.reach(bench.station, state)) == (True, True)
        applied = [e.event for e in bench.journal.entries if isinstance(e.event, RecipeApplied)]
        assert [e.recipe for e in applied] == ["interior_switch", "owners_key", "wait"]
        bench.wait(30)
        assert starting_state.check(bench.station, state)
        assert not bench.station.wiring.net("door_driver_open").mv


def test_an_owner_who_has_no_way_of_his_own_is_told(bench):
    bench.station.owner.name = "phone_and_blade"
    bench.station.model.file.paths[:] = ["mechanical_key", "cloud_app"]
    press(bench, "interior_unlock", 2)
    checked = reach_one(bench, "alarm_state", "disarmed")
    assert checked.seen == (
        "armed, and not brought right by owners_key (owner phone_and_blade has no way on this "
        "bench to unlock the car without the cloud or a blade)"
    )


def test_a_test_of_ones_own_begins_as_declared_though_the_one_before_left_the_car_open(monkeypatch):
    """A real car is not placed: it stands as it was left."""
    place = Bcm.place

    def left_open(self, *, locked, mode) -> None:
        place(self, locked=False, mode=mode)

    monkeypatch.setattr(Bcm, "place", left_open)
    with Bench(make_setup(DEFAULT, owner="phone_and_fob")) as bench:
        assert bench.car.locked
        applied = [e.event.recipe for e in bench.journal.entries
                   if isinstance(e.event, RecipeApplied)]  # fmt: skip
        assert applied[0] == "interior_switch"
    assert Evidence().judge(Case(bench.recording())).verdict == "pass"


def test_the_car_files_starting_state_holds_for_a_test_of_ones_own_but_where_that_asks(tmp_path):
    said = '[starting_state]\nalarm_state = "any"\ndoor_lock_state = "locked"'
    setup = replace(
        make_setup(DEFAULT, locked=False), model=load_car(str(car(tmp_path, after=said)), Path())
    )
    with Bench(setup) as bench:
        assert not bench.car.locked
        assert bench.header.starting_state == {"door_lock_state": "unlocked", "power_mode": "off"}


def reach_one(bench: Bench, item: str, declared: str) -> StateChecked:
    """Reach one item; return how it ended."""
    bench.run(starting_state.reach(bench.station, {item: declared}))
    events = [entry.event for entry in bench.journal.entries]
    return [e for e in events if isinstance(e, StateChecked) and e.item == item][-1]


@pytest.mark.parametrize("item", ["repeated_operation", "remote_starts", "keypad_lockout"])
def test_the_strongest_recipe_is_the_supply(item):
    assert [name for name, _ in recipes_for(item)][-1] == "supply_off"


def test_the_supply_off_makes_a_unit_forget_what_it_has_not_stored(bench):
    wrong_codes(bench)
    assert bench.station.car.bcm.keypad.locked_out
    recipe = dict(recipes_for("keypad_lockout"))["supply_off"]
    bench.run(recipe.apply(Scene(bench.station, "recipe-1", 0), "keypad_lockout", "0"))
    assert bench.run(bench.station.diagnosis.state("keypad_lockout")) == 0
    assert dict(bench.run(bench.station.diagnosis.client("BCM").codes())) == {"B1A21-00": 0x2F}


def test_every_recipe_reaches_an_item_that_there_is():
    names = recipes().names()
    assert len(names) >= 5
    for name in names:
        assert set(recipes().get(name).reaches) <= set(starting_state.ITEMS)


# ── in scenarios ──────────────────────────────────────────────────────────────────────────


def car(tmp_path: Path, *, before: str = "", after: str = "") -> Path:
    path = tmp_path / "car.toml"
    path.write_text(f"{before}\n{SOUND}\n{after}\n")
    return path


def recording_of(path: Path, intent: str = "unlock"):
    file, model = load_bench(DEFAULT), load_car(str(path), Path())
    scenario = Scenario("car", "phone_only", "ble_key", intent, None, short_timeline(120.0))
    return run_scenario(file, model, scenario)


def test_a_scenario_records_units_codes_and_every_item(tmp_path):
    recording = recording_of(car(tmp_path))
    units = {e.unit for _, e in recording.of(UnitIdentified)}
    assert units == {"BCM", "GW", "PEPS", "IMMO", "DKM", "HU", "TCU"}
    values = {(e.unit, e.identifier): e.value for _, e in recording.of(UnitIdentified)}
    assert values["BCM", 0xF190] == "BENCH000000000001"
    assert values["BCM", 0x0600] == "00000fff", "twelve paths fitted: variant coding"
    for moment in ("before", "after"):
        assert {e.unit for _, e in recording.of(CodesRead) if e.moment == moment} == units
    checked = {e.item: e for _, e in recording.of(StateChecked)}
    assert set(checked) == set(starting_state.ITEMS) - {"telematics_unit"}  # it is no real one
    assert all(e.verified for e in checked.values())
    assert checked["bus_body"].seen == "asleep"


def test_a_state_that_no_recipe_reaches_is_inconclusive_and_says_what_was_tried(tmp_path):
    recording = recording_of(car(tmp_path, after='[starting_state]\nremote_starts = "1"'))
    verdict = judge(recording)
    assert verdict.verdict == "inconclusive"
    assert verdict.oracle == "evidence"
    assert verdict.reason == (
        "starting state: remote_starts should be 1 (0, and not brought right by terminal_cycle, "
        "diagnostic_reset, supply_off)"
    )
    assert recording.entries[-1].t_ns / 1e9 < 60, "nobody acts on a car that is not as declared"


def test_a_bench_that_opened_slowly_is_not_why_a_state_was_not_reached(tmp_path, monkeypatch):
    late_ns = iter([400_000_000])
    monkeypatch.setattr(Station, "worst_lateness_ns", lambda _station: next(late_ns, 0))
    recording = recording_of(car(tmp_path, after='[starting_state]\nremote_starts = "1"'))
    assert "timers" not in judge(recording).reason


@pytest.fixture
def code_at_the_beginning(monkeypatch):
    """Have every simulated car begin with a code in its body controller's memory."""
    place = Bcm.place

    def with_code(self, **how) -> None:
        place(self, **how)
        self.fail("B1A20-00", None)

    monkeypatch.setattr(Bcm, "place", with_code)


def test_recipes_put_the_scenario_off_and_it_still_passes(tmp_path, code_at_the_beginning):
    recording = recording_of(car(tmp_path))
    assert [e.recipe for _, e in recording.of(RecipeApplied)] == ["diagnostic_reset"]
    before = [
        e.codes for _, e in recording.of(CodesRead) if (e.unit, e.moment) == ("BCM", "before")
    ]
    assert before == [("B1A20-00",), ()]
    assert judge(recording).verdict == "pass"
    plain_s = short_timeline(120.0).end_s
    assert plain_s + 0.1 < recording.entries[-1].t_ns / 1e9 < plain_s + 10


def test_an_item_that_the_car_file_leaves_open_is_not_looked_at(tmp_path, code_at_the_beginning):
    recording = recording_of(car(tmp_path, after='[starting_state]\ntrouble_codes = "any"'))
    assert not list(recording.of(RecipeApplied))
    assert ("BCM", "before") in {(e.unit, e.moment) for _, e in recording.of(CodesRead)}
    assert "trouble_codes" not in {e.item for _, e in recording.of(StateChecked)}
    assert judge(recording).verdict == "pass"


def test_a_car_without_diagnosis_is_not_asked(tmp_path):
    path = tmp_path / "car.toml"
    path.write_text(SOUND.partition("[diagnosis]")[0])
    recording = recording_of(path)
    seen = {e.item: e.seen for _, e in recording.of(StateChecked)}
    for item in ("trouble_codes", "repeated_operation", "remote_starts", "keypad_lockout"):
        assert seen[item] == "not observable here"
    assert judge(recording).verdict == "pass"


def test_a_unit_that_does_not_answer_is_inconclusive(tmp_path):
    path = tmp_path / "car.toml"
    path.write_text(
        SOUND.replace("request = 0x716", "request = 0x700").replace("GW = {", "XGW = {")
    )
    verdict = judge(recording_of(path))
    assert verdict.verdict == "inconclusive"
    assert "trouble_codes should be none (nobody reports it)" in verdict.reason
    assert "XGW: ReadDataByIdentifier: no answer within 250 ms (0x" in verdict.reason


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[starting_state]\nbus_body = "awkae"', 'starting_state.bus_body: no "awkae": did you mean "awake"?'),
        ('[starting_state]\npower_mode = "of"', 'starting_state.power_mode: no "of": did you mean "off"?'),
        ('[units.bcm.locking]\nrelok_s = 1', 'units.bcm.locking.relok_s: unknown key: did you mean "relock_s"?'),
        ('[units.bcm.locking]\nrelock_s = -1', 'units.bcm.locking.relock_s: -1 is not right: should be greater'),
        ('[units.bcm.locking]\nrelock_s = "30"', "units.bcm.locking.relock_s: '30' is not right: should be a number"),
        ('[units.bcm.locking]\nmost_operations = 0', 'units.bcm.locking.most_operations: 0 is not right'),
        ('[units.bcm.keypad]\ncode = "12a"', 'units.bcm.keypad: code: "12a" is not right: should be digits'),
        ('[starting_state]\ntrouble_codes = "P0100"', 'starting_state.trouble_codes: no "P0100": known: any, none'),
        ('[starting_state]\nremote_starts = "none"', 'remote_starts: "none" is not right: should be a number'),
        ('[starting_state]\npower_mod = "off"', 'starting_state: no "power_mod": did you mean "power_mode"?'),
        ('X = { bus = "bodi", request = 1, response = 2 }', 'diagnosis.X.bus: no "bodi": did you mean "body"?'),
        ('X = { bus = "body", request = 0x20000000, response = 2 }', "diagnosis.X.request"),
        ('X = { bus = "body", request = 1, response = 1 }', "diagnosis.X: response: 0x1 is the request's, too"),
        ('X = { bus = "body", request = 1, response = 0x72E }', "diagnosis.X.response: 0x72E is that of BCM, too"),
        ('X = { bus = "body", request = 1, response = 2, coding = [0x1F190] }', "diagnosis.X.coding.0: 127376 is not"),
        ('X = { bus = "body", request = 1, response = 2, state = { remote_start = 3 } }', 'did you mean "remote_starts"?'),
    ],
)  # fmt: skip
def test_a_wrong_car_file_is_one_clear_error(capsys, tmp_path, text, said):
    path = car(tmp_path, after=text)
    assert main(["run", "--car", str(path), "--out", str(tmp_path / "run")]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "declared",
    ['bus_body = "awake"', 'bus_telematics = "asleep"', 'power_mode = "accessory"',
     'door_lock_state = "unlocked"', 'alarm_state = "any"', 'trouble_codes = "none"',
     'remote_starts = "2"', 'keypad_lockout = "any"'],
)  # fmt: skip
def test_what_can_be_declared_of_a_starting_state_is_taken(capsys, tmp_path, declared):
    path = car(tmp_path, after=f"[starting_state]\n{declared}")
    assert main(["run", "--car", str(path), "--plan"]) == 0, capsys.readouterr().err


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ('vin = "A/#"', "vin: 'A/#' is not right: should be letters, digits and _ . -"),
        ('vin = ""', "vin: '' is not right: should be letters, digits"),
    ],
)
def test_a_vehicle_number_that_no_topic_and_no_address_could_carry_is_refused(
    capsys, tmp_path, head, said
):
    assert main(["run", "--car", str(car(tmp_path, before=head)), "--plan"]) == 2
    assert said in capsys.readouterr().err


def test_a_path_is_named_once(capsys, tmp_path):
    path = car(tmp_path)
    path.write_text(path.read_text().replace('"ble_key",', '"ble_key", "ble_key",'))
    assert main(["run", "--car", str(path), "--plan"]) == 2
    assert 'car.toml: paths: "ble_key" stands there 2 times' in capsys.readouterr().err


def test_a_tester_that_says_it_is_present_keeps_the_buses_awake(tmp_path):
    file = tmp_path / "bench.toml"
    file.write_text(DEFAULT.read_text() + "\n[diagnosis]\ntester_present = true\n")
    model = load_car("sound", Path())
    scenario = Scenario("sound", "phone_only", "ble_key", "unlock", None, short_timeline(120.0))
    verdict = judge(run_scenario(load_bench(file), model, scenario))
    assert verdict.verdict == "inconclusive"
    assert "bus_body should be asleep (awake, and not brought right by wait" in verdict.reason
    assert verdict.reason.count("bus_body should be") == 1
    assert 'if it never sleeps, the car file says bus_body = "awake" in [starting' in verdict.reason
