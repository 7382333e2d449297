"""No act of an owner is planned that a bench, part real and part simulated, lets reach nobody."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from bench.access.choosing.choice import Choice
from bench.access.choosing.plan import closings
from bench.access.choosing.selection import REPLAY_INTENTS, campaign
from bench.access.choosing.within_reach import within_reach
from bench.access.handles.bench import Bench, make_setup
from bench.access.path import get_path, paths
from bench.access.reach import reach_of
from bench.car.ecu import Ecu
from bench.car.model import load_car
from bench.cli.main import main
from bench.config.bench_file import load_bench
from bench.events import Telegram
from bench.station.real_units import NODES, SWITCHES


def car(**keypad):
    """Return the sound car, and what its file says of the keypad."""
    sound = load_car("sound", Path())
    units = {"bcm": {"keypad": keypad}}
    return replace(sound, file=sound.file.model_copy(update={"units": units}))


SOUND = car(code="71359")
# the start button's unit has the transponder read: in the simulated car by a call, not by a telegram
BY_CALL = {("flat_fob", "start", "passive_entry")}
DEVICES = """
[bench]
time = "real"
{more}
[can.body]
interface = "virtual"
channel = "reach"
[can.telematics]
interface = "virtual"
channel = "reach-telematics"
[relays.doors]
model = "numato_usb"
resource = "ASRL/dev/ttyACM0::INSTR"
channels = {{ {doors} }}
[relays.keypad]
model = "numato_usb"
resource = "ASRL/dev/ttyACM1::INSTR"
channels = {{ keypad_1 = 1, keypad_3 = 3, keypad_5 = 5, keypad_7 = 7, keypad_9 = 9 }}
[relays.owner]
model = "{owner}"
resource = "ASRL/dev/ttyACM2::INSTR"
channels = {{ fob_button_unlock = 1, fob_button_lock = 2, card_at_pillar = 3, card_at_console = 4 }}
[supplies.kl30]
model = "simulated"
net = "terminal_30"
[meters.locks]
model = "simulated"
channels = {{ lock_motor_driver = 1 }}
"""
DOORS = ("handle_driver", "handle_driver_lock", "start_button", "cylinder_unlock", "cylinder_lock",
         "interior_unlock", "interior_lock")  # fmt: skip
FOB = """
[owner.fob]
button_unlock = "relays.owner.fob_button_unlock"
button_lock = "relays.owner.fob_button_lock"
"""
CARD = """
[owner.card]
pillar = "relays.owner.card_at_pillar"
console = "relays.owner.card_at_console"
"""


@pytest.fixture
def table(tmp_path):
    """Writes a bench file of devices with some real units and things of the owner's."""

    def write(*real, owner="numato_usb", more="", without="", things=""):
        doors = ", ".join(f"{name} = {n}" for n, name in enumerate(DOORS) if name != without)
        units = f"[car]\nreal = {list(real)}\n".replace("'", '"')
        text = DEVICES.format(more=units + more, doors=doors, owner=owner)
        file = tmp_path / "bench.toml"
        file.write_text(text + things)
        return load_bench(file)

    return write


def left_out(file, *only, intents=("unlock", "start", "wake"), model=SOUND):
    """Return what a campaign or a replay on a bench leaves out, and why."""
    whole = campaign(model, Choice(paths=only, faults=["refuse"]), seed=1)
    groups = [
        replace(group, baseline=replace(group.baseline, intent=intent))
        for group in whole.groups
        for intent in get_path(group.baseline.path).serves
        if intent in intents
    ]
    return within_reach(file, model, replace(whole, groups=tuple(groups))).out_of_reach


@cache
def met_units(path, intent):
    """Return the units that an owner's things exchange telegrams with when all is simulated."""
    locked, mode = intent in {"unlock", "start"}, "ready" if intent == "stop" else "off"
    found = get_path(path)
    setup = make_setup(owner=found.owner, locked=locked and intent != "start", mode=mode)
    with Bench(setup) as bench:
        attempt = getattr(bench.owner, intent)(path)
        assert attempt.acted or intent == "wake", attempt.story()
        heard = [e.event for e in bench.recording().entries if isinstance(e.event, Telegram)]
    nodes = {node: unit for unit, node in NODES.items()} | {"cylinder": "bcm"}
    return {nodes[n] for event in heard for n in (event.sender, event.receiver) if n in nodes}


@pytest.mark.parametrize(
    ("path", "intent", "real", "ends"),
    [
        ("peps_fob", "unlock", ("bcm", "passive_entry"), ("passive_entry",)),
        ("ble_key", "unlock", ("bcm", "passive_entry"), ("passive_entry",)),  # by its handle
        ("ble_key", "unlock", ("bcm",), ()),
        ("rke_fob", "unlock", ("bcm", "passive_entry"), ("bcm",)),
        ("nfc_card", "start", ("digital_key", "passive_entry"), ("digital_key", "passive_entry")),
        ("mechanical_key", "unlock", ("bcm",), ("bcm",)),
        ("cloud_app", "unlock", ("bcm", "gateway"), ()),
    ],
)
def test_an_act_ends_at_the_real_units_that_it_touches_or_whose_switch_it_closes(
    table, path, intent, real, ends
):
    file = table(*real, things=FOB + CARD)
    assert reach_of(file, SOUND).ends(get_path(path), intent, "1357") == ends


CELL = 'cell = "supplies.cell"\n[supplies.cell]\nmodel = "simulated"\nvoltage_v = 3.0\n'


@pytest.mark.parametrize(
    ("path", "intent", "real", "cell", "lost"),
    [
        ("ble_key", "unlock", ("bcm", "passive_entry"), "", "handle_driver"),
        ("ble_key", "start", ("bcm", "passive_entry"), "", "start_button"),
        ("ble_key", "unlock", ("bcm", "passive_entry"), CELL, ""),
        ("ble_key", "unlock", ("bcm",), "", ""),
        ("peps_fob", "unlock", ("bcm", "passive_entry"), "", ""),
        ("cloud_app", "unlock", ("bcm", "passive_entry"), "", ""),
    ],
)
def test_a_fob_that_is_always_on_does_not_open_in_another_key_s_place(
    table, path, intent, real, cell, lost
):
    file = table(*real, things=FOB + cell)
    found = [fault.reason for fault in reach_of(file, SOUND).lacks(get_path(path), intent)]
    said = (
        f"the real fob is on whoever the owner is, and {lost} has the real passive_entry ask for "
        "it: name its supply as owner.fob.cell"
    )
    assert found == ([said] if lost else [])


@pytest.mark.parametrize(
    ("place", "intent", "wanted"),
    [
        ("outside", "start", "inside"), ("inside", "unlock", "outside"),
        ("inside", "lock", "outside"), ("outside", "unlock", ""), ("inside", "start", ""),
        ("outside", "stop", ""), ("", "start", ""), ("", "unlock", ""),
    ],
)  # fmt: skip
def test_passive_entry_looks_for_a_real_fob_only_where_it_lies(table, place, intent, wanted):
    where = f'place = "{place}"\n' if place else ""
    reach = reach_of(table("bcm", "passive_entry", things=FOB + where + CELL), SOUND)
    found = [fault.reason for fault in reach.lacks(get_path("peps_fob"), intent)]
    said = f"the real fob lies {place}, by owner.fob.place, and is looked for {wanted}"
    assert found == ([said] if wanted else [])
    assert not reach.lacks(get_path("rke_fob"), "unlock")


WAYS = [(p, i) for p in paths().names() for i in get_path(p).serves]


@pytest.mark.parametrize(("path", "intent"), WAYS)
def test_a_path_touches_the_units_that_its_telegrams_meet_and_no_other(path, intent):
    touched = {touch.unit for touch in get_path(path).touches(intent)}
    by_call = {unit for way, what, unit in BY_CALL if (way, what) == (path, intent)}
    assert touched == met_units(path, intent) | by_call


@pytest.mark.parametrize("unit", NODES)
@pytest.mark.parametrize(("path", "intent"), [way for way in WAYS if way[1] in REPLAY_INTENTS])
def test_what_would_reach_a_simulated_unit_in_a_real_one_s_place_is_left_out(
    table, path, intent, unit
):
    file = table(unit)
    touches = [touch for touch in get_path(path).touches(intent) if touch.unit == unit]
    lost = bool(touches) and not touches[0].contact
    other = "cloud_app" if path != "cloud_app" else "ble_key"  # something has to be left
    told = left_out(
        file, path, other, intents=(intent,) if intent == "unlock" else (intent, "unlock")
    )
    named = [
        why
        for name, why in told.items()
        if f"{name} ".startswith((f"{path} {intent} ", f"{path} "))
    ]
    assert bool(named) is lost, told
    assert all(f"reaches the real {unit}" in why for why in named)


def test_a_relay_turns_the_cylinder_of_a_real_body_controller(table):
    scenario = (
        campaign(SOUND, Choice(paths=["mechanical_key"], faults=["refuse"]), seed=1)
        .groups[0]
        .baseline
    )
    assert "cylinder_unlock" in closings(table("bcm"), SOUND, scenario)
    assert "cylinder_unlock" not in closings(table(), SOUND, scenario)


def test_without_that_relay_the_blade_is_left_out(table):
    file = table("bcm", without="cylinder_unlock")
    assert left_out(file, "mechanical_key", "ble_key") == {
        "mechanical_key": "no channel does cylinder_unlock"
    }


def test_a_real_fob_reaches_a_real_body_controller_by_its_buttons(table):
    told = left_out(table("bcm", things=FOB), "rke_fob", "ble_key")
    assert told == {}
    told = left_out(table("bcm"), "rke_fob", "ble_key")
    assert told == {
        "rke_fob": "no simulated fob reaches the real bcm: name the real one's as owner.fob.button_unlock"
    }


def test_a_real_fob_reaches_no_simulated_unit(table):
    told = left_out(table(things=FOB), "rke_fob", "peps_fob", "flat_fob", "ble_key")
    assert told == {
        "rke_fob": "the real fob reaches no simulated bcm: name the real one in car.real",
        "peps_fob": "the real fob reaches no simulated passive_entry: name the real one in car.real",
        "flat_fob": "no channel does it: [owner.fob] has none for slot",
    }


def test_a_twin_of_a_fob_reaches_simulated_units_only(table):
    assert left_out(table(owner="simulated", things=FOB), "rke_fob", "peps_fob", "ble_key") == {}
    told = left_out(table("bcm", owner="simulated", things=FOB), "rke_fob", "ble_key")
    assert told == {"rke_fob": "no simulated fob reaches the real bcm"}


@pytest.mark.parametrize(
    ("thing", "path", "intents", "said"),
    [
        (FOB.replace("button_lock", "cell = \"supplies.kl30\" #"), "rke_fob", ("unlock", "lock"),
         {"rke_fob lock": "no channel does it: name one as owner.fob.button_lock"}),
        (CARD.replace("console", "pillar_sense = \"\" #"), "nfc_card", ("unlock", "start"),
         {"nfc_card start": "no channel does it: name one as owner.card.console"}),
    ],
)  # fmt: skip
def test_a_real_thing_without_a_channel_for_an_act_is_left_out_for_that_act(
    table, thing, path, intents, said
):
    thing = "\n".join(line for line in thing.splitlines() if "#" not in line)
    file = table("bcm", "digital_key", things=thing)
    assert left_out(file, path, "cloud_app", intents=intents) == said


def test_a_simulated_relay_presses_nothing_at_a_real_unit(table):
    file = table("bcm", owner="simulated", more="")
    boards = file.content.relays
    boards["keypad"] = boards["keypad"].model_copy(update={"model": "simulated"})
    told = left_out(file, "keypad", "ble_key")
    assert list(told) == ["keypad"]
    assert "relays.keypad is simulated, keypad_7 ends at the real bcm" in told["keypad"]


@pytest.mark.parametrize(
    ("real", "said", "told"),
    [
        (("bcm",), {}, {"keypad": 'nobody has said which code the real bcm takes: '
                        '[units.bcm.keypad] code = "…" in the car file'}),
        (("bcm",), {"lockout_s": 300.0}, {"keypad"}),
        (("bcm",), {"code": "71359"}, {}),
        (("passive_entry",), {}, {}),
    ],
)  # fmt: skip
def test_no_code_that_nobody_has_said_is_typed_into_a_real_unit(table, real, said, told):
    """It has a code of its own, and takes so many wrong ones only."""
    found = left_out(table(*real), "keypad", "cloud_app", model=car(**said))
    assert (found if isinstance(told, dict) else set(found)) == told


@pytest.mark.parametrize("switch", SWITCHES)
def test_each_switch_ends_at_the_unit_that_the_simulated_car_wires_it_to(switch):
    with Bench(make_setup()) as bench:
        watchers = bench.station.wiring.net(switch)._watchers
        ends = {each.__self__.node for each in watchers if isinstance(each.__self__, Ecu)}
    assert ends == {NODES[SWITCHES[switch]]}


def test_a_path_by_name_that_would_reach_nobody_is_refused_before_anything_runs(table, capsys):
    file = table("digital_key")
    arguments = ["run", "--bench", str(file.path), "--faults", "refuse", "--plan"]
    assert main([*arguments, "--paths", "ble_key", "cloud_app"]) == 2
    said = capsys.readouterr().err
    assert "bench.toml: ble_key unlock: no simulated phone reaches the real digital_key" in said
    assert main(arguments) == 0
    assert (
        "left out: ble_key: no simulated phone reaches the real digital_key\n"
        in capsys.readouterr().out
    )
