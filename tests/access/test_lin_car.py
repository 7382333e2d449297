"""A car whose keypad is on LIN: the same bench, on simulated time and in real time."""

import pytest

from bench.access.handles.bench import Bench, make_setup
from bench.access.inspection import inspect
from bench.can.roles import load_roles
from bench.car.model import load_car
from bench.cli.main import main
from bench.config.bench_file import DEFAULT, load_bench
from bench.errors import (
    CanFault,
    ConfigError,
    Inconclusive,
    NeverReceived,
    NotObservable,
    WrongValue,
)
from bench.events import ErrorSeen, FrameSeen, RoleChanged
from bench.registry import ROOT

SOUND = ROOT / "cars" / "sound.toml"
ON_LIN = '\n[lin.door]\nroles = "lin-door.toml"\n'


@pytest.fixture
def opened(tmp_path):
    """Open a bench with this much more in its bench file, and a car that has its keypad on LIN."""
    benches = []

    def opened(section: str, *, time: str = "simulated", car: str = ON_LIN) -> Bench:
        (tmp_path / "door_car.toml").write_text(SOUND.read_text() + car)
        file = tmp_path / "bench.toml"
        text = DEFAULT.read_text().replace('time = "simulated"', f'time = "{time}"', 1)
        file.write_text(text + section)
        bench = Bench(make_setup(file, car=str(tmp_path / "door_car.toml")))
        bench.__enter__()
        benches.append(bench)
        return bench

    yield opened
    for bench in benches:
        bench.__exit__(None, None, None)


def seen(bench, kind):
    return [e for e in bench.journal.entries if isinstance(e.event, kind) and e.event.bus == "door"]


def test_a_code_travels_over_lin_to_the_body_controller_and_opens(opened):
    bench = opened("\n[lin.door]\n")
    attempt = bench.owner.unlock("keypad")
    assert attempt.opened_within(1.0), attempt.story()
    digits = [e.event.value for e in seen(bench, RoleChanged) if e.event.role == "keypad_key"]
    pressed = [label for label in digits if label != "none"]
    assert pressed == [f"digit_{d}" for d in "71359"]


def test_what_moved_has_the_lin_frame_among_its_causes(opened):
    bench = opened("\n[lin.door]\n")
    bench.owner.unlock("keypad")
    bench.wait(1)  # the doors have moved; now the body controller says so
    entries = {e.seq: e for e in bench.journal.entries}
    unlocked = next(
        e for e in bench.journal.entries
        if isinstance(e.event, RoleChanged) and e.event.role == "door_lock_state"
        and e.event.value == "unlocked"
    )  # fmt: skip
    chain, cause = [], unlocked
    while cause is not None:
        chain.append(cause.event)
        cause = entries.get(cause.cause)
    assert any(isinstance(e, FrameSeen) and e.bus == "door" for e in chain)


def test_without_a_section_in_the_bench_file_the_keypad_works_and_is_not_observable(opened):
    bench = opened("")
    assert bench.owner.unlock("keypad").opened_within(1.0)
    assert seen(bench, FrameSeen) == []
    with pytest.raises(NotObservable, match=r"lin\.door is not observable here"):
        bench.lin.door.expect_role("keypad_key", "digit_7", within_s=1)
    with pytest.raises(NotObservable, match=r"keypad_key is not observable here.*\[lin\.door\]"):
        bench.car.state("keypad_key")


def test_an_expectation_on_lin_says_what_came_instead(opened):
    bench = opened("\n[lin.door]\n")
    with bench.relays.keypad_3.closed():
        bench.lin.door.expect_role("keypad_key", "digit_3", within_s=0.3)
        bench.lin.door.expect("BCM_Keypad", Backlight="on", within_s=0.5)
    with bench.relays.keypad_4.closed(), pytest.raises(WrongValue, match="digit_4"):
        bench.lin.door.expect("KEYPAD_Key", KeypadKey="digit_9", within_s=0.3)
    assert bench.car.state("keypad_backlight") == "on"


def test_the_bus_is_woken_by_a_key_and_sleeps_when_nobody_types(opened):
    bench = opened("\n[lin.door]\n")
    bench.wait(20)
    before = len(seen(bench, FrameSeen))
    with bench.relays.keypad_3.closed():
        seen_key = bench.lin.door.expect("KEYPAD_Key", KeypadKey="digit_3", within_s=0.3)
    bench.lin.door.expect_cycle("KEYPAD_Key", period_s=0.02)
    assert seen_key.raw["KeypadKey"] == 3
    bench.wait(20)
    frames = seen(bench, FrameSeen)
    assert len(frames) > before
    assert frames[-1].event.identifier == 0x3C  # the command to go to sleep
    with pytest.raises(NeverReceived):
        bench.lin.door.expect("KEYPAD_Key", within_s=2, since_s=bench.now_s)


def test_a_keypad_without_supply_does_not_answer(opened):
    bench = opened("\n[lin.door]\nmaster = true\n")
    bench.wait(1)
    assert seen(bench, ErrorSeen) == []
    bench.supplies.kl30.off()
    bench.wait(1)
    assert ("no_response", 0x11) in {
        (e.event.what, e.event.identifier) for e in seen(bench, ErrorSeen)
    }


@pytest.mark.parametrize("section", ["", 'interface = "virtual"\n'])
def test_that_a_silent_keypad_did_not_say_something_proves_nothing(opened, section):
    time = "real" if section else "simulated"
    bench = opened(f"\n[lin.door]\n{section}master = true\n", time=time)
    bench.wait(0.5)
    bench.lin.door.expect_not("KEYPAD_Key", KeypadKey="digit_9", within_s=0.5)
    bench.supplies.kl30.off()
    bench.wait(0.5)
    with pytest.raises(Inconclusive, match="nobody answers the header of KEYPAD_Key"):
        bench.lin.door.expect_not(
            "KEYPAD_Key", KeypadKey="digit_9", within_s=0.5, since_s=bench.now_s
        )


def test_a_wrong_checksum_keeps_a_digit_from_the_body_controller(opened):
    bench = opened("\n[lin.door]\n")
    wires = bench.station.lin.line("door")
    wires.disturb = lambda _id, response: response[:-1] + bytes([response[-1] ^ 1])
    assert not bench.owner.unlock("keypad").opened_within(1.0)
    assert {e.event.what for e in seen(bench, ErrorSeen)} == {"checksum"}


def test_a_bench_answers_in_place_of_a_unit_that_is_not_there(opened):
    section = '\n[lin.mirror]\nroles = "lin-door.toml"\nmaster = true\n'
    bench = opened(section, car="")
    with bench.lin.mirror.answering("KEYPAD_Key", KeypadKey="digit_8"):
        bench.lin.mirror.expect_role("keypad_key", "digit_8", within_s=0.2)
    wrong = bench.lin.mirror.answering("KEYPAD_Key", KeypadKay="digit_8")
    with pytest.raises(ConfigError, match='did you mean "KeypadKey"'), wrong:
        pass
    wrong = bench.lin.mirror.answering("KEYPAD_Key", KeypadKey="digit_11")
    with pytest.raises(ConfigError, match="KEYPAD_Key"), wrong:
        pass


def test_two_runs_of_one_seed_are_equal_with_lin_too(opened):
    def run():
        bench = opened("\n[lin.door]\n")
        bench.owner.unlock("keypad")
        return [(e.t_ns, e.cause, e.event) for e in bench.journal.entries]

    assert run() == run()


def found(tmp_path, section):
    file = tmp_path / "bench.toml"
    file.write_text(DEFAULT.read_text() + section)
    (tmp_path / "car.toml").write_text(SOUND.read_text() + ON_LIN)
    lines = inspect(load_bench(file), load_car("car.toml", tmp_path), seed=1)
    return {line.what: line.says for line in lines}


def test_a_check_says_what_is_on_lin_and_what_the_bench_cannot_see(tmp_path):
    says = found(tmp_path, "\n[lin.door]\nmaster = true\n")
    assert says["lin.door"] == (
        "simulated, 2 frames of lin-door.ldf, 2 roles, the bench is the master"
    )
    assert says["lin.door roles seen"] == "keypad_backlight=off, keypad_key=none"
    assert found(tmp_path, "")["lin.door"] == (
        "not observable here (no [lin.door]): keypad_backlight, keypad_key"
    )


def test_a_campaign_judges_a_keypad_on_lin_as_one_on_wires(tmp_path):
    file, car = tmp_path / "bench.toml", tmp_path / "car.toml"
    file.write_text(DEFAULT.read_text() + "\n[lin.door]\n")
    car.write_text(SOUND.read_text() + ON_LIN)
    arguments = ["--paths", "keypad", "--faults", "http_status", "--out", str(tmp_path / "run")]
    assert main(["run", "--bench", str(file), "--car", str(car), *arguments]) == 0


# ── in real time ──────────────────────────────────────────────────────────────────────────────


def test_in_real_time_the_bench_hears_the_keypad_through_the_driver(opened):
    bench = opened("\n[lin.door]\n", time="real")
    attempt = bench.owner.unlock("keypad")
    assert attempt.opened_within(1.5), attempt.story()
    with bench.relays.keypad_3.closed():
        bench.lin.door.expect_role("keypad_key", "digit_3", within_s=1.0)


def test_in_real_time_the_bench_is_the_master_and_answers_over_python_cans_virtual_bus(opened):
    section = (
        '\n[lin.mirror]\nroles = "lin-door.toml"\nmaster = true\n'
        'interface = "virtual"\nchannel = "mirror-lin"\n'
    )
    bench = opened(section, time="real", car="")
    with bench.lin.mirror.answering("KEYPAD_Key", KeypadKey="digit_8"):
        bench.lin.mirror.expect_role("keypad_key", "digit_8", within_s=1.0)
    bench.wait(0.2)
    errors = {
        (e.event.identifier, e.event.what)
        for e in bench.journal.entries if isinstance(e.event, ErrorSeen)
    }  # fmt: skip
    assert errors == {(0x10, "no_response"), (0x11, "no_response")}


# ── what is wrong in a file ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("section", "error", "message"),
    [
        ("\n[lin.mirror]\n", ConfigError, r"lin\.mirror: needs databases"),
        ('\n[lin.door]\nchanel = "x"\n', ConfigError, 'lin.door.chanel.*did you mean "channel"'),
        ("\n[lin.body]\n", ConfigError, r"lin\.body: is the name of a CAN bus"),
        ("\n[lin.door]\nbitrate = 500000\n", ConfigError, r"lin\.door\.bitrate"),
        ('\n[lin.door]\ninterface = "socketcan"\n', ConfigError, 'needs time = "real"'),
        ('\n[lin.door]\nmaster = true\nschedule = "wake"\n', ConfigError, 'no schedule table "wake"'),
        ('\n[lin.door]\ndatabases = ["no.ldf"]\n', ConfigError, r"no\.ldf: no such file.*lin-door\.ldf"),
        ('\n[lin.door]\ndatabases = ["lin-door.ldf", "lin-door.ldf"]\n', ConfigError, "one LDF file"),
        ('\n[lin.door]\ndatabases = ["body.dbc"]\n', ConfigError, r"body\.dbc: is no LDF file"),
    ],
)  # fmt: skip
def test_a_wrong_section_is_one_clear_error(opened, section, error, message):
    with pytest.raises(error, match=message):
        opened(section)


@pytest.mark.parametrize(
    ("interface", "message"),
    [
        ('interface = "socketcan"\nchannel = "sllin7"', r"lin\.door|sllin7"),
        (
            'interface = "no_such"\nchannel = "x"',
            "lin.door: no_such 'x' cannot be opened: Unknown inter",
        ),
    ],
)
def test_a_missing_interface_is_the_benchs_fault(opened, interface, message):
    with pytest.raises(CanFault, match=message):
        opened(f"\n[lin.door]\n{interface}\n", time="real")


def test_a_can_bus_refuses_an_ldf_file():
    with pytest.raises(ConfigError, match=r"lin-door\.ldf"):
        load_roles("body.toml", ["lin-door.ldf"], ROOT)


def test_a_lin_bus_may_not_have_the_name_of_a_can_bus_in_a_car_file(tmp_path):
    (tmp_path / "car.toml").write_text(SOUND.read_text() + '[lin.body]\nroles = "lin-door.toml"\n')
    with pytest.raises(ConfigError, match=r"lin\.body: is the name of a CAN bus"):
        load_car("car.toml", tmp_path)


def test_the_shipped_bench_file_has_no_lin():
    assert load_bench(DEFAULT).content.lin == {}
