"""The guardian around `bench run`, `bench check` and pytest: what a user sees of it."""

import asyncio
import json
import os
import subprocess
import sys
import time
import tty

import pytest
from rig import CHANNELS, METERS, ROOT, environment, write_bench

from bench.access.handles.bench import Bench, make_setup
from bench.cli.main import main
from bench.clock.real import RealTime
from bench.config.bench_file import load_bench
from bench.errors import GuardianLost, InstrumentFault, StationBusy
from bench.events import BenchFault
from bench.evidence.run_folder import RUN
from bench.evidence.stored_recordings import unfinished
from bench.guardian.lock import BenchLock
from bench.guardian.outcome import outcome_of_run
from bench.instruments.pace import RealPace
from bench.journal import Journal
from bench.station.guarded import Guarded
from bench.station.instruments import Instruments
from bench.wiring.nets import Wiring

pytest_plugins = ["rig_fixtures"]


def wait_until(true, within_s: float = 30.0) -> None:
    until_s = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < until_s
        time.sleep(0.01)


def is_free(rig) -> bool:
    lock = BenchLock("next", rig.resources.values())
    try:
        lock.acquire()
    except StationBusy:
        return False
    lock.release()
    return True


def test_a_killed_bench_run_is_safe_says_so_and_keeps_what_it_recorded(plugged, tmp_path):
    rig = plugged("pty", "socket")
    file = write_bench(tmp_path, rig.resources, more=METERS)
    out = tmp_path / "out"
    run = subprocess.Popen(
        [sys.executable, "-m", "bench.cli.main", "run", "--bench", str(file), "--out", str(out),
         "--paths", "ble_key", "--faults", "refuse"],
        cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    wait_until(lambda: {("kl30", 2), ("doors", 3)} <= rig.on())
    wait_until(lambda: any(f.stat().st_size for f in (out / "recordings").iterdir()))
    killed_ns = time.monotonic_ns()
    run.kill()
    assert rig.wait_off()
    assert rig.off_at_ns() - killed_ns < 1_000_000_000
    _, said = run.communicate(timeout=30)
    assert "made safe in" in said
    outcome = outcome_of_run(out)
    assert outcome.safe
    assert outcome.why == "died"
    assert json.loads((out / RUN).read_text())["what"] == "campaign"
    assert len(unfinished(out)) == 1


def test_check_says_what_became_of_the_last_run_and_forgets_it_when_all_is_well(
    plugged, begun, capsys
):
    rig = plugged("pty")
    run = begun(rig, "wait", more="")
    run.is_on()
    run.process.kill()
    run.ended()
    file = write_bench(run.folder, rig.resources, more=METERS)
    main(["check", "--bench", str(file)])
    said = capsys.readouterr().out
    assert "guardian                     ready (pid " in said
    assert f"guardian, last time          rig: the run (pid {run.process.pid}: " in said
    assert "made safe in" in said
    main(["check", "--bench", str(file)])
    assert "last time" not in capsys.readouterr().out
    assert not rig.on()


def test_check_says_of_a_board_that_cannot_tell_that_it_was_only_commanded(
    plugged, tmp_path, capsys
):
    rig = plugged("pty")
    hears, port = os.openpty()
    tty.setraw(port)
    board = '[relays.quiet]\nmodel = "lcus_silent"\nchannels = { interior_unlock = 1 }\n'
    resource = f'resource = "ASRL{os.ttyname(port)}::INSTR"\n'
    main(["check", "--bench", str(write_bench(tmp_path, rig.resources, more=METERS))])
    assert "everything was read back safe before" in capsys.readouterr().out
    more = METERS + board + resource
    main(["check", "--bench", str(write_bench(tmp_path, rig.resources, more=more))])
    assert "(of relays.quiet it was commanded only)" in capsys.readouterr().out
    os.close(hears)
    os.close(port)


def test_check_says_what_is_not_safe_though_a_device_cannot_be_opened(plugged, begun, capsys):
    rig = plugged("pty", "socket")
    run = begun(rig, "wait", more="")
    run.is_on()
    rig.tell("unplug", "kl30")
    run.process.kill()
    run.ended()
    file = write_bench(run.folder, rig.resources, more=METERS)
    for _ in range(2):  # what was not opened may be on still: nothing is forgotten
        assert main(["check", "--bench", str(file)]) == 2
        said = capsys.readouterr()
        (told,) = [line for line in said.out.splitlines() if "guardian, last time" in line]
        assert told.startswith("--  guardian, last time          rig: the run (pid ")
        assert "NOT SAFE: supplies.kl30.kl30 (" in told
        assert "Switch the bench off by hand" in told
        assert said.err.startswith("bench: error: kl30 (")


def test_a_killed_test_session_is_safe(plugged, pytester):
    rig = plugged("pty")
    file = write_bench(pytester.path, rig.resources, more=METERS)
    pytester.makepyfile("import os\n\ndef test_it(bench):\n    os.abort()\n")
    pytester.runpytest_subprocess("-p", "no:cacheprovider", "--bench", str(file))
    assert {(e["name"], e["channel"]) for e in rig.events()} >= {("kl30", 2), ("doors", 3)}
    assert rig.wait_off()
    wait_until(lambda: is_free(rig))  # its guardian has ended, too


def test_what_somebody_left_on_is_off_before_anything_else_though_a_device_is_missing(
    plugged, begun, tmp_path
):
    rig = plugged("pty")
    run = begun(rig, "wait", options="guardian = false")
    run.is_on()
    run.process.kill()
    run.ended()
    assert rig.on() == CHANNELS, "nobody was there to switch it off"
    rig.tell("unplug", "doors")
    file = write_bench(tmp_path, rig.resources, more=METERS)
    with pytest.raises(InstrumentFault, match=r"doors .* cannot be opened"):
        Bench(make_setup(file)).open()
    assert ("kl30", 2) not in rig.on()


def test_a_bench_whose_guardian_is_killed_refuses_to_go_on(plugged, tmp_path):
    rig = plugged("pty")
    clock = RealTime()
    journal = Journal(clock.now_ns)
    instruments = Instruments(journal, Wiring(), RealPace())
    guarded = Guarded(load_bench(write_bench(tmp_path, rig.resources)), clock, instruments)

    async def begin() -> None:
        guarded.open()
        instruments.power("kl30", on=True, cause=None)

    async def go_on() -> None:
        instruments.switch("start_button", closed=True, cause=None)

    async def end() -> None:
        guarded.close()

    clock.run(begin())
    assert rig.on() == {("kl30", 2)}
    os.kill(guarded.hold.guardian.pid, 9)
    wait_until(lambda: not rig.on(), 5)
    with pytest.raises(GuardianLost, match="the guardian of rig has died"):
        clock.run(asyncio.sleep(0))
    with pytest.raises(GuardianLost):
        clock.run(go_on())
    clock.run(end())
    clock.close()
    assert not rig.on()
    faults = [e.event.what for e in journal.entries if isinstance(e.event, BenchFault)]
    assert faults == ["guardian"]
