"""A test ends while a relay of a real board is held, or a board is gone: its verdict is kept."""

import pytest
from project_outside import Session

from bench.events import BenchFault, RelaySwitched
from bench.evidence.recording_file import read_recording
from bench.evidence.stored_run import read_stored_run

# real time: on a simulated bench nobody waits for a contact to open again
BENCH = """
[bench]
time = "real"

[can.body]
interface = "virtual"
channel = "ends-body"

[can.telematics]
interface = "virtual"
channel = "ends-telematics"

[relays.doors]
model = "numato_usb"
backend = "@pty"
resource = "ASRL1::INSTR"
channels = { handle_driver = 0 }

[supplies.kl30]
model = "simulated"
net = "terminal_30"
current_limit_a = 30.0

[meters.locks]
model = "simulated"
channels = { lock_motor_driver = 1 }
"""
TESTS = """
    import time

    from bench.events import RelaySwitched

    def test_ends_while_the_handle_is_held(bench, owner):
        owner.begin("unlock", "ble_key")
        until_s = bench.now_s + 10
        while not any(
            isinstance(e.event, RelaySwitched) and e.event.channel == "handle_driver"
            for e in bench.journal.entries
        ):
            assert bench.now_s < until_s
            time.sleep(0.001)
        time.sleep(0.1)  # it is held for 0.2 s, and would be let go while everything is closed

    def test_ends_without_its_board(bench):
        (plug,) = bench.station.instruments._plugs
        plug.unplug()

    def test_fails_without_its_board(bench):
        (plug,) = bench.station.instruments._plugs
        plug.unplug()
        assert bench.now_s < 0
"""


@pytest.fixture(scope="module")
def session(tmp_path_factory) -> Session:
    folder = tmp_path_factory.mktemp("ends")
    (folder / "mine.toml").write_text(BENCH)
    return Session(folder, TESTS, "--bench=mine.toml", "--bench-out=run")


@pytest.fixture(scope="module")
def kept(session):
    return {
        verdict.scenario.rpartition("test_all.py_")[2]: verdict
        for verdict in read_stored_run(session.folder / "run").verdicts
    }


def recorded(session, verdict):
    recording, _ = read_recording(session.folder / "run" / verdict.recording)
    return [entry.event for entry in recording.entries]


def test_an_owner_who_still_acts_at_the_end_is_no_fault_of_the_bench(session, kept):
    name = "test_ends_while_the_handle_is_held"
    assert session.outcomes[name] == "PASSED"
    assert kept[name].verdict == "pass"
    switched = [e for e in recorded(session, kept[name]) if isinstance(e, RelaySwitched)]
    assert ("handle_driver", True) in [(each.channel, each.closed) for each in switched]


@pytest.mark.parametrize("how", ["ends", "fails"])
def test_a_test_whose_bench_is_not_safe_at_its_end_keeps_verdict_and_recording(session, kept, how):
    name = f"test_{how}_without_its_board"
    assert session.outcomes[name] == "INCONCLUSIVE"
    assert kept[name].verdict == "inconclusive"
    assert "the bench failed: not safe: doors (ASRL" in kept[name].reason
    faults = [e for e in recorded(session, kept[name]) if isinstance(e, BenchFault)]
    assert "safe state" in {fault.what for fault in faults}
