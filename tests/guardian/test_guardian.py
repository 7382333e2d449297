"""A run's side of the guardian, and how the guardian takes what it hears."""

import json
import os
import resource
import signal
import socket
import subprocess
import threading
import time
from dataclasses import replace

import pytest
from rig import write_bench

from bench.clock.real import HEARTBEAT_S as EVERY_S
from bench.config.bench_file import load_bench
from bench.errors import GuardianLost, StationError
from bench.guardian import __main__ as process
from bench.guardian import messages
from bench.guardian.guardian import Guardian
from bench.guardian.lock import BenchLock
from bench.guardian.outcome import read_outcome
from bench.guardian.plan import Device, SafePlan, SafeStep
from bench.guardian.watch import DIED, DISMISSED, Watch
from bench.station.hold import holding
from bench.station.safe_plan import safe_plan

pytest_plugins = ["rig_fixtures"]

HEARTBEAT_S = 1.5  # a loaded machine may itself be late by a good part of it
LONGER_S, SOON_S = 2 * HEARTBEAT_S, 10.0


def plan_of(resource: str, factory: str, outcome=()) -> SafePlan:
    device = Device("relays.doors", "relays", factory, resource, "@py", {"handle_driver": 1})
    step = SafeStep("relays.doors", ("handle_driver",))
    return SafePlan("rig", (device,), (step,), 5.0, 0.5, tuple(map(str, outcome)))


NUMATO = "bench.instruments.relays.numato_usb:NumatoUsb"


@pytest.fixture
def lock(tmp_path):
    lock = BenchLock("rig", [f"ASRL{tmp_path}/tty::INSTR"])
    lock.acquire()
    yield lock
    lock.release()


def test_a_dismissed_guardian_goes_and_touches_nothing(lock, tmp_path):
    guardian = Guardian(plan_of(f"ASRL{tmp_path}/tty::INSTR", NUMATO, [tmp_path / "o"]), lock)
    guardian.start()
    guardian.wait_ready()
    pid = guardian.pid
    assert guardian.end(safe=True)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert not (tmp_path / "o").exists()


def test_a_guardian_may_take_another_processor_than_the_run_keeps_to(lock, tmp_path):
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        guardian = Guardian(plan_of(f"ASRL{tmp_path}/tty::INSTR", NUMATO, [tmp_path / "o"]), lock)
        guardian.start()
        guardian.wait_ready()
        taken = os.sched_getaffinity(guardian.pid)
        assert guardian.end(safe=True)
    finally:
        os.sched_setaffinity(0, before)
    assert taken >= before


def test_a_bench_that_cannot_be_made_safe_ends_its_guardian_with_a_failure(lock, tmp_path, capfd):
    guardian = Guardian(plan_of(f"ASRL{tmp_path}/tty::INSTR", NUMATO, [tmp_path / "o"]), lock)
    guardian.start()
    guardian.wait_ready()
    assert not guardian.end(safe=False)
    outcome = read_outcome(tmp_path / "o")
    assert not outcome.safe
    assert "cannot be opened" in outcome.channels[0].error
    assert "NOT SAFE" in capfd.readouterr().err


def test_what_a_run_could_not_make_safe_its_guardian_tries_again(plugged, tmp_path, capfd):
    rig = plugged("pty")
    file = load_bench(write_bench(tmp_path, rig.resources))
    lock = BenchLock("rig", rig.resources.values())
    lock.acquire()
    guardian = Guardian(safe_plan(file, tmp_path), lock)
    guardian.start()
    guardian.wait_ready()
    assert guardian.end(safe=False)
    lock.release()
    assert read_outcome(tmp_path / "safe_state.json").safe
    assert "ended and could not make it safe" in capfd.readouterr().err


def test_a_driver_that_does_not_load_is_told_before_anything_is_switched_on(lock):
    guardian = Guardian(plan_of("ASRL/dev/tty::INSTR", "bench.instruments.relays.none:None"), lock)
    guardian.start()
    with pytest.raises(StationError, match="cannot guard this bench: ModuleNotFoundError"):
        guardian.wait_ready()
    assert guardian.pid == 0


def test_a_dead_guardian_is_noticed_at_the_next_check(lock, tmp_path):
    guardian = Guardian(plan_of(f"ASRL{tmp_path}/tty::INSTR", NUMATO), lock)
    guardian.start()
    guardian.wait_ready()
    guardian.check()
    os.kill(guardian.pid, signal.SIGKILL)
    os.waitid(os.P_PID, guardian.pid, os.WEXITED | os.WNOWAIT)
    with pytest.raises(GuardianLost, match="the guardian of rig has died"):
        guardian.check()
    guardian.end(safe=True)


def test_a_guardian_that_is_stopped_is_lost(lock, tmp_path):
    plan = replace(plan_of(f"ASRL{tmp_path}/tty::INSTR", NUMATO), heartbeat_s=HEARTBEAT_S)
    guardian = Guardian(plan, lock)
    guardian.start()
    guardian.wait_ready()
    guardian.watch()
    os.kill(guardian.pid, signal.SIGSTOP)
    lost = "the guardian of rig has answered nothing for 1.5 s: nothing would make the bench safe"
    with pytest.raises(GuardianLost, match=lost):
        beat_for(guardian, 5.0)
    os.kill(guardian.pid, signal.SIGKILL)
    guardian.end(safe=True)


def test_a_guardian_that_stood_together_with_its_run_is_not_lost(lock, tmp_path):
    plan = replace(plan_of(f"ASRL{tmp_path}/tty::INSTR", NUMATO), heartbeat_s=HEARTBEAT_S)
    guardian = Guardian(plan, lock)
    guardian.start()
    guardian.wait_ready()
    os.kill(guardian.pid, signal.SIGSTOP)
    guardian.beat(EVERY_S)
    time.sleep(LONGER_S)  # in which the run has said nothing
    guardian.beat(EVERY_S)
    os.kill(guardian.pid, signal.SIGCONT)
    beat_for(guardian, 1.0)
    assert guardian.end(safe=True)


def beat_for(guardian: Guardian, seconds: float) -> None:
    """Beat as a run does."""
    for _ in range(round(seconds / EVERY_S)):
        guardian.beat(EVERY_S)
        time.sleep(EVERY_S)


def test_who_cannot_be_told_anything_more_is_lost(lock, tmp_path):
    guardian = Guardian(plan_of(f"ASRL{tmp_path}/tty::INSTR", NUMATO), lock)
    guardian.start()
    guardian.wait_ready()
    os.kill(guardian.pid, signal.SIGSTOP)
    for _ in range(10_000):
        guardian.watch()
    with pytest.raises(GuardianLost, match="does not listen any more"):
        guardian.check()
    os.kill(guardian.pid, signal.SIGKILL)
    guardian.end(safe=True)


def test_polite_signals_do_not_end_it(lock, tmp_path):
    guardian = Guardian(plan_of(f"ASRL{tmp_path}/tty::INSTR", NUMATO), lock)
    guardian.start()
    guardian.wait_ready()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        os.kill(guardian.pid, number)
    time.sleep(0.1)
    guardian.check()
    assert guardian.end(safe=True)


def test_process_number_one_of_a_container_is_refused(lock, monkeypatch):
    monkeypatch.setattr(os, "getpid", lambda: 1)
    with pytest.raises(StationError, match="docker run --init"):
        Guardian(plan_of("ASRL/dev/tty::INSTR", NUMATO), lock).start()


def test_a_system_without_process_handles_is_refused(lock, monkeypatch):
    monkeypatch.delattr(os, "pidfd_open")
    with pytest.raises(StationError, match=r"Linux 5\.3"):
        Guardian(plan_of("ASRL/dev/tty::INSTR", NUMATO), lock).start()


def test_a_guarded_run_dumps_no_core_and_an_ended_one_may_again(plugged, tmp_path):
    rig = plugged("pty")
    before = resource.getrlimit(resource.RLIMIT_CORE)
    with holding(load_bench(write_bench(tmp_path, rig.resources))):
        if before[1] == resource.RLIM_INFINITY:
            assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 1
    assert resource.getrlimit(resource.RLIMIT_CORE) == before


# ── the watch ─────────────────────────────────────────────────────────────────────────────


class Watched:
    """A watch on a process that only a test knows, and what it made of it."""

    def __init__(self, heartbeat_s: float) -> None:
        self.ours, self.theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.child = subprocess.Popen(["sleep", "30"])
        self.handle = os.pidfd_open(self.child.pid)
        self.watch = Watch(self.theirs, self.handle, heartbeat_s)
        self.said: list[str] = []
        self._thread = threading.Thread(target=lambda: self.said.append(self.watch.wait()))
        self._thread.start()

    def says_within(self, seconds: float) -> str | None:
        self._thread.join(seconds)
        return self.said[0] if self.said else None

    def close(self) -> None:
        self.child.kill()
        self.child.wait()
        self._thread.join(5)
        for each in (self.ours, self.theirs):
            each.close()
        os.close(self.handle)


@pytest.fixture
def watched():
    made = Watched(HEARTBEAT_S)
    yield made
    made.close()


def test_silence_is_no_hang_while_nothing_is_open(watched):
    assert watched.says_within(LONGER_S) is None
    watched.ours.send(messages.WATCH)
    watched.ours.send(messages.REST)
    assert watched.says_within(LONGER_S) is None
    watched.ours.send(messages.DISMISS)
    assert watched.says_within(SOON_S) == DISMISSED


def test_silence_is_a_hang_while_a_station_is_open(watched):
    watched.ours.send(messages.WATCH)
    for _ in range(6):
        time.sleep(HEARTBEAT_S / 3)
        watched.ours.send(messages.BEAT)
    assert watched.says_within(0) is None
    assert watched.says_within(SOON_S) == "was silent for more than 1.5 s and was killed"


def test_a_call_that_asked_for_time_may_be_silent_and_no_longer_when_it_is_done(watched):
    watched.ours.send(messages.WATCH)
    watched.ours.send(messages.ALLOW + b"60")
    assert watched.says_within(LONGER_S) is None
    watched.ours.send(messages.DONE)
    assert "was silent" in watched.says_within(SOON_S)


def test_a_short_allowance_inside_a_long_one_ends_neither(monkeypatch):
    said = []
    guardian = Guardian(plan_of("ASRL/dev/none::INSTR", NUMATO), BenchLock("rig", []))
    monkeypatch.setattr(guardian, "_tell", said.append)
    with guardian.allowing(60):
        with guardian.allowing(3):
            pass
        with guardian.allowing(90):
            pass
    allowed = [float(m.removeprefix(messages.ALLOW)) for m in said[:-1]]
    assert allowed == pytest.approx([60, 60, 60, 90, 60], abs=5)
    assert said[-1] == messages.DONE


def test_a_death_is_seen_though_a_child_holds_the_other_end(watched):
    watched.child.kill()
    assert watched.says_within(SOON_S) == DIED


def test_a_run_that_closes_its_end_and_lives_on_is_still_watched(watched):
    watched.ours.send(messages.WATCH)
    watched.ours.shutdown(socket.SHUT_RDWR)
    assert "was silent" in watched.says_within(SOON_S)


def test_a_watch_that_was_late_itself_gives_the_run_another_beat():
    made = Watched(0.5)
    try:
        now_s = time.monotonic()
        assert made.watch._silent(now_s)
        assert not made.watch._silent(now_s - 3.0)
        assert made.watch._until_s >= now_s + 0.5
    finally:
        made.close()


def test_an_outcome_that_is_cut_off_is_none(tmp_path):
    file = tmp_path / "safe_state.json"
    file.write_text('{"bench": "rig", "why":')
    assert read_outcome(file) is None
    assert read_outcome(tmp_path / "nothing.json") is None


def test_whatever_is_left_of_the_run_the_bench_is_made_safe(monkeypatch):
    """The processes of a dead run are listed by the kernel, in words that may change."""
    made_safe = []

    class Unasked:
        def perform(self, began_s):
            made_safe.append(began_s)
            return []

    def unreadable(_run):
        raise IndexError("list index out of range")

    monkeypatch.setattr(process, "_prepare", lambda _plan: Unasked())
    monkeypatch.setattr(process, "kill_stragglers", unreadable)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    run = subprocess.Popen(["sleep", "60"])
    handle = os.pidfd_open(run.pid)
    plan = plan_of("ASRL/dev/none::INSTR", NUMATO)
    fields = {"pid": run.pid, "parent": os.getpid(), "leads": False, "began": 0, "locks": []}
    told = {"plan": plan.to_json(), "holder": {}, "run": fields}
    with ours, theirs:
        ours.send(json.dumps(told).encode())
        run.kill()
        run.wait()
        assert process.main(theirs, handle) == 0
    os.close(handle)
    assert len(made_safe) == 1
