"""Faults of the bench itself in whole scenarios: inconclusive or one clear error, never a fail.

Beside these: a supply in current limit (tests/access/test_weak_supply.py), two runs at once
(tests/guardian/test_bench_lock.py), what an interface reports (tests/unit/can/test_receiver.py), and a
channel that goes down, vanishes or is set to another bit rate (tests/socketcan).
"""

import itertools
import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from contract_subjects import next_number
from contract_wires import WIRES

from bench.access.handles.bench import Bench, make_setup
from bench.access.runner import run_scenario
from bench.access.scenario import Scenario
from bench.access.timeline import short_timeline
from bench.car.model import load_car
from bench.cli.main import main
from bench.config.bench_file import load_bench
from bench.errors import InstrumentFault, WrongInstrument
from bench.events import ClockStepped, ReceiverLost
from bench.instruments.plug import Plug
from bench.instruments.wire_twin import WireTwin
from bench.journal import Journal
from bench.judge.asking import ask
from bench.judge.judge import judge
from bench.judge.verdict import Case, Verdict
from bench.recording import Header, Recording
from bench.station import making

BENCH = """
[relays.doors]
model = "numato_usb"
backend = "@sim"
resource = "{doors}"
channels = {{ handle_driver = 1, start_button = 2 }}

[supplies.kl30]
model = "simulated"
net = "terminal_30"

[meters.locks]
model = "keysight_34461a"
backend = "@sim"
resource = "{locks}"
channels = {{ lock_motor_driver = 1 }}
"""
MISSING = """
[bench]
time = "real"

[can.body]
interface = "socketcan"
channel = "can77"

[supplies.kl30]
model = "simulated"
net = "terminal_30"

[meters.locks]
model = "simulated"
channels = { lock_motor_driver = 1 }
"""
Spoil = Callable[[WireTwin, Plug], None]


@pytest.fixture
def bench_file(tmp_path: Path) -> Path:
    doors, locks = (WIRES[model].resource for model in ("numato_usb", "keysight_34461a"))
    file = tmp_path / "bench.toml"
    text = BENCH.format(doors=doors.format(next_number()), locks=locks.format(next_number()))
    file.write_text(text, encoding="utf-8")
    return file


class Played:
    """A scenario on the bench, one of whose instruments is spoilt as soon as it is plugged in."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
        self._patch, self._file = monkeypatch, file
        self.header: Header | None = None
        self.journal: Journal | None = None

    def spoil(self, name: str, spoil: Spoil) -> None:
        plug_in = making.plug_in

        def spoilt(twin: WireTwin, where: str, resource: str) -> Plug:
            plug = plug_in(twin, where, resource)
            if twin.setup.name == name:
                spoil(twin, plug)
            return plug

        self._patch.setattr(making, "plug_in", spoilt)

    def run(self) -> Verdict:
        scenario = Scenario(
            "sound", "phone_and_fob", "peps_fob", "unlock", None, short_timeline(60)
        )
        model = load_car("sound", self._file.parent)
        return judge(run_scenario(load_bench(self._file), model, scenario, self._keep))

    def _keep(self, header: Header, journal: Journal) -> Callable[[], None]:
        self.header, self.journal = header, journal
        return lambda: None

    def kept(self) -> Recording:
        assert self.header is not None
        assert self.journal is not None
        return Recording(self.header, self.journal.entries)


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch, bench_file: Path) -> Played:
    return Played(monkeypatch, bench_file)


def at(command: bytes, act: Spoil, number: int = 1) -> Spoil:
    """Do something as soon as an instrument is told a command for the `number`th time."""

    def spoil(twin: WireTwin, plug: Plug) -> None:
        execute, times = twin.execute, itertools.count(1)

        def watch(told: bytes) -> bytes:
            if told == command and next(times) == number:
                act(twin, plug)
            return execute(told)

        twin.execute = watch  # type: ignore[method-assign]

    return spoil


def unplug(_twin: WireTwin, plug: Plug) -> None:
    plug.unplug()


def test_where_nothing_is_wrong_the_scenario_passes(played):
    verdict = played.run()
    assert verdict.verdict == "pass", verdict.reason


def test_a_contact_that_does_not_close_makes_the_scenario_inconclusive(played):
    played.spoil("doors", lambda twin, _plug: twin.stuck.add(1))
    verdict = played.run()
    assert (verdict.verdict, verdict.oracle) == ("inconclusive", "evidence")
    assert "the bench failed" in verdict.reason
    assert "handle_driver should be closed" in verdict.reason


def test_a_board_that_is_pulled_out_in_a_scenario_is_named_and_the_car_is_not_blamed(played):
    played.spoil("doors", at(b"relay on 1", unplug))
    with pytest.raises(InstrumentFault, match="not safe: doors"):
        played.run()
    verdict = judge(played.kept())
    assert verdict.verdict == "inconclusive"
    assert "doors" in verdict.reason


def test_the_scenario_in_which_a_board_is_pulled_out_keeps_its_verdict(
    played, bench_file, tmp_path, capsys
):
    played.spoil("doors", at(b"relay on 1", unplug))
    out = tmp_path / "run"
    asked = ["--paths", "peps_fob", "--faults", "refuse", "--owners", "phone_and_fob"]
    assert main(["run", "--bench", str(bench_file), *asked, "--jobs", "1", "--out", str(out)]) == 2
    said = capsys.readouterr()
    assert said.err.count("doors (") == 1, "one reason, once"
    lines = (out / "verdicts.jsonl").read_text().splitlines()
    verdict = json.loads(lines[0])
    assert len(lines) == 1, "nothing is begun on a bench that is not safe"
    assert (verdict["verdict"], verdict["oracle"]) == ("inconclusive", "evidence")
    assert "the bench failed" in verdict["reason"]
    assert "doors (" in verdict["reason"]
    assert (out / verdict["recording"]).exists()
    junit = (out / "junit.xml").read_text()
    left = len(json.loads((out / "run.json").read_text())["planned"]) - 1
    assert junit.count("the bench failed") >= 1
    assert junit.count('message="no verdict: the run was cut short before it"') == left > 0


def test_a_board_that_was_only_missed_at_the_end_makes_the_scenario_inconclusive(played):
    played.spoil("doors", at(b"relay off 2", unplug, number=2))
    with pytest.raises(InstrumentFault, match="not safe: doors"):
        played.run()
    verdict = judge(played.kept())
    assert verdict.verdict == "inconclusive"
    assert verdict.reason.startswith("the bench failed: safe state: not safe: doors")


def test_a_board_that_answers_for_another_model_is_refused_before_anything_begins(played):
    stranger = WIRES["numato_usb"].stranger
    played.spoil("doors", lambda twin, _plug: setattr(twin, "garbage", stranger))
    with pytest.raises(WrongInstrument, match=r"doors.*ERROR 3"):
        played.run()
    assert played.journal is None


def overload(twin: WireTwin, _plug: Plug) -> None:
    vars(twin)["mv_at"] = lambda _line: 400_000


@pytest.mark.parametrize(
    ("failure", "said"), [(overload, "to READ?: beyond its range"), (unplug, "CONN_LOST")]
)
def test_a_meter_that_fails_in_a_scenario_makes_it_inconclusive(played, failure, said):
    played.spoil("locks", at(b"READ?", failure, number=20))
    verdict = played.run()
    assert (verdict.verdict, verdict.oracle) == ("inconclusive", "evidence")
    assert "receiver meters.locks died" in verdict.reason
    (lost,) = [event for _, event in played.kept().of(ReceiverLost)]
    assert said in lost.reason


def test_an_interface_that_is_missing_is_one_error_that_names_it(tmp_path, capsys):
    file = tmp_path / "bench.toml"
    file.write_text(MISSING, encoding="utf-8")
    # a path without a contact: a bench without the boards of the others is refused for these first
    paths = ["--paths", "cloud_app"]
    assert main(["run", "--bench", str(file), "--out", str(tmp_path / "run"), *paths]) == 2
    said = [line for line in capsys.readouterr().err.splitlines() if "bench: error" in line]
    assert said == [line for line in said if "can.body" in line and "can77" in line]
    assert len(said) == 1


def test_a_clock_that_is_set_in_a_run_makes_it_inconclusive():
    smoke = Path(__file__).parents[1] / "smoke" / "real.toml"
    bench = Bench(make_setup(smoke)).open()
    try:
        bench.time._calendar._calendar_ns = lambda: time.time_ns() + 20_000_000_000
        limit_s = time.monotonic() + 5
        while not list(bench.recording().of(ClockStepped)):
            assert time.monotonic() < limit_s, "nobody noticed"
            bench.wait(0.1)
    finally:
        recording = bench.close()
    judgement = ask("evidence", Case(recording))
    assert judgement.verdict == "inconclusive"
    assert "the computer's clock was set forward by 20.0 s" in judgement.reason
