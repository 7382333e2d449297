"""One run at a time holds a bench, and the next one gets it only when it is safe."""

import os
import subprocess
import sys
import time

import pytest
from rig import METERS, Run, environment, write_bench

from bench.cli.main import main
from bench.config.bench_file import load_bench
from bench.errors import StationBusy
from bench.guardian.lock import BenchLock, lock_name
from bench.guardian.outcome import Outcome, read_outcome, write_outcome
from bench.station.hold import holding

pytest_plugins = ["rig_fixtures"]
USB = "ASRL/dev/ttyACM0::INSTR"


def test_a_second_run_is_told_who_holds_the_bench(plugged, begun, tmp_path, capsys):
    rig = plugged("pty")
    run = begun(rig, "wait")
    run.is_on()
    file = write_bench(tmp_path, rig.resources, more=METERS)
    for command in (
        ["run", "--paths", "mechanical_key", "--out", str(tmp_path / "out")],
        ["check"],
    ):
        assert main([*command, "--bench", str(file)]) == 2
        said = capsys.readouterr().err
        assert f"bench: error: rig is held by pid {run.process.pid} (rig_run.py" in said
        assert ", user " in said
        assert ", since 20" in said
    assert not (tmp_path / "out").exists()
    assert rig.on(), "the second run has touched nothing"


def test_a_test_session_is_told_who_holds_the_bench(plugged, begun, tmp_path, pytester):
    rig = plugged("pty")
    run = begun(rig, "wait")
    run.is_on()
    file = write_bench(tmp_path, rig.resources, more=METERS)
    pytester.makepyfile("def test_it(bench): pass")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "--bench", str(file))
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: rig is held by pid {run.process.pid} (*"])
    assert rig.on()


def test_the_next_run_gets_a_dead_ones_bench_as_soon_as_it_is_safe_and_no_sooner(
    plugged, begun, tmp_path
):
    rig = plugged("exclusive")  # slow to let go, so that the guardian needs a while
    run = begun(rig, "wait")
    run.is_on()
    lock = BenchLock("next", rig.resources.values())
    run.process.kill()
    refused = []
    until_s = time.monotonic() + 10
    while True:
        try:
            lock.acquire()
        except StationBusy as error:
            refused.append(str(error))
            assert time.monotonic() < until_s
        else:
            break
    assert not rig.on()
    lock.release()
    run.ended()
    dead = [text for text in refused if "has died" in text]
    assert dead
    assert f"held by pid {run.process.pid} (" in dead[0]
    assert "; its guardian (pid " in dead[0]


def test_two_benches_that_share_one_device_shut_each_other_out():
    one = BenchLock("one", [f"{USB}-a", "TCPIP0::192.0.2.1::5555::SOCKET"])
    other = BenchLock("other", [f"{USB}-b", "tcpip0::192.0.2.1::5555::socket"])
    one.acquire()
    with pytest.raises(StationBusy, match=f"one is held by pid {os.getpid()} "):
        other.acquire()
    assert other.descriptors == [], "it keeps nothing of what it could have had"
    one.release()
    other.acquire()
    other.release()


def test_a_lock_is_held_though_there_is_no_room_to_say_by_whom():
    code = f"""
import resource
from bench.guardian.lock import BenchLock
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # as a full disk
lock = BenchLock("one", [{USB!r}])
lock.acquire()
lock.tell(guardian=1)
print("held", flush=True)
input()
"""
    process = subprocess.Popen([sys.executable, "-B", "-c", code], env=environment(), text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip
    assert process.stdout.readline() == "held\n"
    with pytest.raises(StationBusy, match="held by another run, which does not say who it is"):
        BenchLock("two", [USB]).acquire()
    process.communicate("\n", timeout=30)
    assert process.returncode == 0


def test_a_serial_port_is_the_same_by_each_of_its_names(tmp_path):
    port = tmp_path / "ttyACM0"
    port.touch()
    link = tmp_path / "by-path"
    link.symlink_to(port)
    assert lock_name(f"ASRL{port}::INSTR") == lock_name(f"ASRL{link}::INSTR")
    assert lock_name(f"ASRL{port}::INSTR") != lock_name(f"ASRL{tmp_path}/ttyACM1::INSTR")


def test_waiting_for_a_lock_is_no_reason_to_be_killed(plugged, begun):
    rig = plugged("pty")
    run = begun(rig, "wait")
    run.is_on()
    lock = BenchLock("next", rig.resources.values())
    wait = (
        "import os, sys, time; os.open(sys.argv[1], os.O_RDWR); print(flush=True); time.sleep(20)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", wait, str(lock.files[0])], stdout=subprocess.PIPE
    ) as waiting:
        waiting.stdout.readline()
        run.process.kill()
        run.ended()
        assert waiting.poll() is None, "it lives"
        waiting.kill()


def test_a_process_has_a_bench_open_once(plugged, tmp_path):
    rig = plugged("pty")
    file = load_bench(write_bench(tmp_path, rig.resources))
    with holding(file) as outer, holding(file) as inner:
        assert outer is inner
        outer.attach(None, None)
        with pytest.raises(StationBusy, match="this process has this bench open already"):
            outer.attach(None, None)
        outer.detach(None, safe=True, whole=True)


def test_the_lock_of_a_killed_run_without_a_guardian_is_free(plugged, begun):
    rig = plugged("pty")
    run = begun(rig, "idle", options="guardian = false")
    run.is_on()
    lock = BenchLock("next", rig.resources.values())
    with pytest.raises(StationBusy):
        lock.acquire()
    run.process.kill()
    run.ended()
    lock.acquire()
    lock.release()


def test_a_run_that_ended_well_leaves_the_bench_free(plugged, begun, tmp_path):
    rig = plugged("pty")
    for _ in range(2):
        run = Run(write_bench(tmp_path, rig.resources), "close")
        run.is_on()
        assert run.ended()[0] == 0


def test_a_command_line_that_is_no_utf_8_is_told_all_the_same(tmp_path, monkeypatch):
    """Names of files need not be: the shell hands on the bytes that somebody typed."""
    monkeypatch.setattr("sys.argv", ["bench", "run", "--out", "runs/\udcff"])
    lock = BenchLock("rig", [f"ASRL{tmp_path}/tty::INSTR"])
    lock.acquire()
    try:
        with pytest.raises(StationBusy, match="runs/\udcff"):
            BenchLock("rig", [f"ASRL{tmp_path}/tty::INSTR"]).acquire()
    finally:
        lock.release()


def test_the_outcome_of_such_a_run_is_kept(tmp_path):
    run = {"command": "bench run --out 'runs/\udcff'"}
    outcome = Outcome("rig", "died", run, "", True, 1.0, ())
    write_outcome(outcome, tmp_path / "outcome.json")
    assert read_outcome(tmp_path / "outcome.json") == outcome
