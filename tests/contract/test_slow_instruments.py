"""A board that keeps the bench waiting is named, with what was measured of it."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from contract_subjects import WIRED, next_number, opened, unopened

from bench.access.handles.bench import open_bench
from bench.cli.main import main
from bench.errors import InstrumentFault
from bench.events import InstrumentSlow
from bench.instruments import visa_link
from bench.instruments.kinds import Setup
from bench.instruments.plug import Plug
from bench.instruments.relays.devantech_usb_rly16 import DevantechUsbRly16
from bench.instruments.supplies.rigol_dp832 import RigolDp832
from bench.instruments.wire_twin import WireTwin
from bench.journal import Journal
from bench.judge.judge import judge
from bench.station import making
from bench.station.slowness import given_up_s, timed

BENCH = """
[bench]
time = "real"

[can.body]
interface = "virtual"
channel = "slow-{number}"

[relays.doors]
model = "devantech_usb_rly16"
backend = "@sim"
resource = "ASRL{number}::INSTR"
channels = {{ handle_driver = 1, telematics_supply = 2 }}

[supplies.kl30]
model = "simulated"
net = "terminal_30"
"""
SLOW_S = 0.4


@pytest.fixture
def twins(monkeypatch: pytest.MonkeyPatch) -> list[WireTwin]:
    """The twins that are plugged in, as they come."""
    found: list[WireTwin] = []
    plug_in = making.plug_in

    def noted(twin: WireTwin, where: str, resource: str) -> Plug:
        found.append(twin)
        return plug_in(twin, where, resource)

    monkeypatch.setattr(making, "plug_in", noted)
    return found


@pytest.fixture
def slow_twins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every twin that is plugged in answer late, from its first answer on."""
    plug_in = making.plug_in

    def slowed(twin: WireTwin, where: str, resource: str) -> Plug:
        twin.slow_s = SLOW_S
        return plug_in(twin, where, resource)

    monkeypatch.setattr(making, "plug_in", slowed)
    monkeypatch.setattr("bench.access.inspection.LOOK_S", 0.5)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "bench.toml"
    file.write_text(BENCH.format(number=next_number()))
    return file


class Device:
    """An instrument that takes as long as a test says."""

    gap_s = 0.02

    def __init__(self, answers_s: list[float]) -> None:
        self._answers_s = answers_s

    def slowest_answer_s(self) -> float:
        return self._answers_s.pop(0)


@pytest.mark.parametrize(("took_ms", "slow"), [(140, False), (141, True)])
def test_more_than_its_commands_and_pauses_take_is_slow(took_ms, slow):
    now_ns = iter((0, took_ms * 1_000_000, 0))
    journal = Journal(lambda: next(now_ns))
    with timed(journal, "relays.doors", Device([9.0, 0.1]), "close handle_driver"):
        pass
    assert [entry.event for entry in journal.entries] == slow * [
        InstrumentSlow(
            "relays.doors", "close handle_driver", took_ms * 1_000_000, 100_000_000, 20_000_000
        )
    ]


def test_an_instrument_that_tells_nothing_of_itself_is_timed_all_the_same():
    now_ns = iter((0, 1_000_000_000, 0))
    journal = Journal(lambda: next(now_ns))
    with timed(journal, "relays.own", object(), "open handle_driver"):
        pass
    (entry,) = journal.entries
    assert entry.event.took_ns == 1_000_000_000
    assert (entry.event.answer_ns, entry.event.pause_ns) == (0, 0)


def test_a_board_that_answers_late_is_the_reason_for_late_timers(file, twins):
    with open_bench(file, owner="phone_only") as bench:
        bench.wait(0.2)
        (doors,) = twins
        doors.slow_s = SLOW_S
        bench.relays.handle_driver.close()
        doors.slow_s = 0.0
        bench.wait(0.2)
    recording = bench.recording()
    (slow, *_) = [event for _, event in recording.of(InstrumentSlow) if "handle" in event.doing]
    assert slow.took_ns >= slow.answer_ns >= SLOW_S * 1e9
    verdict = judge(recording, None)
    assert verdict.verdict == "inconclusive"
    assert "late: relays.doors took " in verdict.reason
    assert "to close handle_driver (its slowest answer came after " in verdict.reason


@pytest.mark.usefixtures("slow_twins")
def test_check_remarks_on_a_board_that_answers_late(file, capsys):
    main(["check", "--bench", str(file)])
    said = capsys.readouterr()
    told = [line for line in said.out.splitlines() if "to be opened and made safe" in line]
    assert told, said
    assert told[0].startswith("--  relays.doors ")
    assert "the bench's timers are late meanwhile" in told[0]


def test_waiting_for_a_device_that_does_not_answer_is_no_hang(file, twins, monkeypatch):
    """However short the guardian's heartbeat is: the driver's own time-out ends it."""
    allowed: list[float] = []

    @contextmanager
    def patience(seconds: float) -> Iterator[None]:
        allowed.append(seconds)
        yield
        allowed.remove(seconds)

    with open_bench(file, owner="phone_only") as bench:
        (doors,) = twins
        bench.station.instruments.patience = patience
        receive, seen = doors.receive, []

        def receive_meanwhile(data: bytes) -> bytes:
            seen.append(max(allowed, default=0.0))
            return receive(data)

        monkeypatch.setattr(doors, "receive", receive_meanwhile)
        bench.relays.handle_driver.close()
        assert seen
        assert all(2 * DevantechUsbRly16.timeout_s < each < 5 for each in seen), seen


@pytest.mark.parametrize(("sharing", "allowed_s"), [(1, 7.0), (3, 11.0)])
def test_who_shares_a_mute_device_waits_for_the_others_in_vain_too(sharing, allowed_s):
    assert given_up_s(RigolDp832(Setup("kl30", channels={"kl30": 1})), sharing) == allowed_s


class Stalling:
    """The clock of a computer so busy that a process stands for seconds, again and again."""

    def __init__(self, every: int) -> None:
        self._every, self._calls, self.stood_s = every, 0, 0.0

    def monotonic(self) -> float:
        self._calls += 1
        if self._calls % self._every == 0:
            self.stood_s += 2.0
        return time.monotonic() + self.stood_s


@pytest.mark.parametrize("every", [3, 4])
@pytest.mark.parametrize(("kind", "model"), WIRED)
def test_what_a_twin_in_memory_has_said_is_there_however_late_it_is_read(
    kind, model, every, monkeypatch
):
    clock = Stalling(every)
    monkeypatch.setattr("pyvisa_sim.sessions.session.time", clock)
    monkeypatch.setattr(visa_link, "time", clock)
    for device in opened(kind, model):
        before_s = clock.stood_s
        answers = [device.ask() for _ in range(3)]
        assert clock.stood_s > before_s or answers == [None] * 3  # one that cannot tell
        assert len(set(answers)) == 1


@pytest.mark.parametrize("model", ["numato_usb", "numato_usb_inputs"])
def test_a_module_whose_prompt_comes_late_is_opened_and_owes_nothing(model, monkeypatch):
    """What ended a half-sent command is answered after it was believed silent."""
    monkeypatch.setattr(visa_link, "LATEST_MS", 1000)  # a loaded computer is late itself
    kind = "relays" if model == "numato_usb" else "meters"
    for board in unopened(kind, model, "pty"):
        board.twin.slow_s = 2 * visa_link.SILENCE_MS / 1000
        board.device.open()
        assert board.device.identity().endswith("firmware 00000008")
        assert board.put(on=True) is True
        assert board.ask() is True


def test_nonsense_that_comes_late_is_said_to_be_late():
    for board in opened("relays", "numato_usb"):
        board.twin.garbage, board.twin.slow_s = b"00000008>", 0.2
        with pytest.raises(InstrumentFault) as raised:
            board.device.set("handle_driver", closed=True)
        assert re.search(
            r"it says '00000008', not nothing, to being switched \(its slowest answer took \d{3,4} "
            r"ms: after 50 ms of silence it is taken to have no more to say",
            str(raised.value),
        )
