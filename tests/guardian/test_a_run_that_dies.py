"""Whatever a run dies of, its bench is safe within a second. Real processes are killed here.

Many more are killed by `tools/soak_guardian.py`.
"""

import os
import signal
import subprocess
import sys
import time

import pytest
from rig import CHANNELS, HERE, PATIENCE_S, ROOT, environment, write_bench

pytest_plugins = ["rig_fixtures"]
PROMISED_NS = 1_000_000_000
TRANSPORTS = ("pty", "socket", "exclusive")


def late_ns(rig, since_ns: int) -> int:
    """Return how long the last channel took to go off; all are off."""
    assert rig.wait_off(), rig.on()
    return rig.off_at_ns() - since_ns


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_everything_is_off_within_a_second_of_a_kill(plugged, begun, transport):
    rig = plugged(transport)
    run = begun(rig, "wait")
    run.is_on()
    assert rig.on() == CHANNELS
    killed_ns = time.monotonic_ns()
    run.process.kill()
    assert late_ns(rig, killed_ns) < PROMISED_NS
    status, _, said = run.ended()
    assert status == -signal.SIGKILL
    assert "died at" in said
    assert "made safe in" in said
    outcome = run.outcome()
    assert outcome.safe
    assert {c.channel: c.state for c in outcome.channels} == {
        "handle_driver": "verified", "start_button": "verified", "telematics_supply": "verified",
        "kl30": "verified",
    }  # fmt: skip
    assert outcome.run["pid"] == str(run.process.pid)


@pytest.mark.parametrize("transport", ["pty", "socket"])
@pytest.mark.parametrize(
    ("end", "status"), [("abort", -signal.SIGABRT), ("os_exit", 7), ("half_sent", 7)]
)
def test_everything_is_off_within_a_second_of_a_death_of_its_own(
    plugged, begun, transport, end, status
):
    rig = plugged(transport)
    run = begun(rig, end)
    on_ns = run.is_on()
    assert late_ns(rig, on_ns) < PROMISED_NS
    assert run.ended()[0] == status
    assert run.outcome().safe


def test_killing_its_whole_group_spares_the_guardian(plugged, begun):
    rig = plugged("socket")
    run = begun(rig, "wait", "fork")
    run.is_on()
    killed_ns = time.monotonic_ns()
    os.killpg(run.process.pid, signal.SIGKILL)
    assert late_ns(rig, killed_ns) < PROMISED_NS
    run.ended()
    assert run.outcome().safe


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGSEGV])
def test_every_deadly_signal_is_a_death(plugged, begun, number):
    rig = plugged("pty")
    run = begun(rig, "wait")
    run.is_on()
    killed_ns = time.monotonic_ns()
    run.process.send_signal(number)
    assert late_ns(rig, killed_ns) < PROMISED_NS
    assert run.ended()[0] == -number


@pytest.mark.parametrize("end", ["stop", "spin"])
def test_a_run_that_hangs_longer_than_its_heartbeat_is_killed(plugged, begun, end):
    rig = plugged("pty", "socket")
    run = begun(rig, end, options="heartbeat_s = 2.0")
    on_ns = run.is_on()
    assert late_ns(rig, on_ns + 2_000_000_000) < PROMISED_NS
    status, _, said = run.ended()
    assert status == -signal.SIGKILL
    assert "was silent for more than 2 s and was killed" in said
    assert run.outcome().safe


def test_a_call_that_asked_for_time_is_not_taken_for_a_hang(plugged, begun):
    rig = plugged("pty")
    run = begun(rig, "quiet", options="heartbeat_s = 2.0")
    run.is_on()
    status, said, errors = run.ended()
    assert (status, said, errors) == (0, "closed\n", "")


@pytest.mark.parametrize("transport", ["pty", "socket"])
@pytest.mark.parametrize("child", ["fork", "setsid", "switch"])
def test_a_forked_child_that_holds_the_device_is_killed_first(plugged, begun, transport, child):
    rig = plugged(transport)
    run = begun(rig, "wait", child)
    run.is_on()
    killed_ns = time.monotonic_ns()
    run.process.kill()
    run.ended()  # its guardian has ended, too
    assert late_ns(rig, killed_ns) < PROMISED_NS
    assert run.outcome().safe
    time.sleep(0.1)
    assert not rig.on(), "somebody still switches"


def test_a_bench_that_is_safe_already_stays_so_and_is_read_back(plugged, begun):
    rig = plugged("pty")
    run = begun(rig, "idle")
    run.is_on()
    run.process.kill()
    run.ended()
    assert rig.events() == []
    assert run.outcome().safe
    assert {c.state for c in run.outcome().channels} == {"verified"}


def test_an_unplugged_device_is_not_safe_and_that_is_said_loudly(plugged, begun):
    rig = plugged("pty", "socket")
    run = begun(rig, "wait")
    run.is_on()
    rig.tell("unplug", "kl30")
    killed_ns = time.monotonic_ns()
    run.process.kill()
    _, _, said = run.ended()
    assert "NOT SAFE: supplies.kl30.kl30 (" in said
    outcome = run.outcome()
    assert not outcome.safe
    assert [c.channel for c in outcome.channels if c.state == "not safe"] == ["kl30"]
    assert rig.on() == {("kl30", 2)}, "what is still there was made safe"
    assert rig.off_at_ns() - killed_ns < PROMISED_NS


def test_a_device_that_does_not_answer_keeps_no_other_waiting(plugged, begun):
    rig = plugged("pty", "socket")
    run = begun(rig, "wait")
    run.is_on()
    rig.tell("mute", "doors")
    killed_ns = time.monotonic_ns()
    run.process.kill()
    while ("kl30", 2) in rig.on():
        assert time.monotonic_ns() - killed_ns < PROMISED_NS
    run.ended()
    assert {c.device for c in run.outcome().channels if c.state == "not safe"} == {"relays.doors"}


def test_the_declared_order_is_kept_with_its_pauses(plugged, begun):
    declared = """
[[safe]]
off = "relays.doors.start_button"
then_wait_s = 0.2

[[safe]]
off = "supplies.kl30"
"""
    rig = plugged("pty", "socket")
    run = begun(rig, "wait", more=declared)
    run.is_on()
    run.process.kill()
    run.ended()
    off = [(e["name"], e["channel"], e["t_ns"]) for e in rig.events() if not e["on"]]
    assert [each[:2] for each in off[:2]] == [("doors", 12), ("kl30", 2)]
    assert {each[:2] for each in off[2:]} == {("doors", 1), ("doors", 3)}
    assert off[1][2] - off[0][2] >= 190_000_000


def test_a_run_that_ends_well_leaves_no_guardian_and_no_outcome(plugged, begun, tmp_path):
    rig = plugged("pty")
    run = begun(rig, "close")
    run.is_on()
    status, said, errors = run.ended()
    assert (status, said, errors) == (0, "closed\n", "")
    assert not rig.on()
    assert not (tmp_path / "safe_state.json").exists()


def test_a_run_whose_guardian_is_killed_stops_at_once_and_leaves_the_bench_safe(plugged, begun):
    rig = plugged("pty")
    run = begun(rig, "wait")
    run.is_on()
    killed_ns = time.monotonic_ns()
    os.kill(run.guardian(), signal.SIGKILL)
    assert late_ns(rig, killed_ns) < PROMISED_NS
    status, _, errors = run.ended()
    assert status == 1
    assert "GuardianLost: the guardian of rig has died" in errors


def test_a_run_whose_guardian_is_stopped_stops_and_leaves_the_bench_safe(plugged, begun):
    rig = plugged("pty")
    run = begun(rig, "wait", options="heartbeat_s = 1.0")
    run.is_on()
    os.kill(run.guardian(), signal.SIGSTOP)
    assert rig.wait_off(within_s=15.0)
    status, _, errors = run.ended()
    assert status == 1
    assert "GuardianLost: the guardian of rig has answered nothing for 1 s" in errors


def shell(command: str, folder) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        ["bash", *command.split("\0")], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        cwd=ROOT, env=environment(), start_new_session=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("flag", "rest"),
    [
        ("-c", "& wait $!; echo the script lives on, $?"),  # in the script's own group
        ("-mc", "| (cat; echo the next in the pipeline lives on)"),  # it leads its job's group
    ],
)
def test_the_shell_and_the_pipeline_around_a_run_are_spared(plugged, tmp_path, flag, rest):
    rig = plugged("pty")
    file = write_bench(tmp_path, rig.resources)
    process = shell(f"{flag}\0{sys.executable} {HERE / 'rig_run.py'} {file} wait {rest}", tmp_path)
    until_s = time.monotonic() + 30
    while rig.on() != CHANNELS:
        assert time.monotonic() < until_s
        time.sleep(0.01)
    pgrep = subprocess.run(
        ["pgrep", "-f", f"rig_run.py {file} wait$"], capture_output=True, text=True, check=True
    )
    runs = [int(pid) for pid in pgrep.stdout.split() if int(pid) != process.pid]
    killed_ns = time.monotonic_ns()
    os.kill(max(runs), signal.SIGKILL)
    out, _ = process.communicate(timeout=30)
    assert "lives on" in out
    assert late_ns(rig, killed_ns) < PROMISED_NS


def test_a_device_that_is_exercised_is_off_within_a_second_of_a_kill(plugged, tmp_path):
    rig = plugged("pty")
    file = write_bench(tmp_path, rig.resources)
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.cli.main", "exercise", "relays.doors", "supplies.kl30",
         "--bench", str(file), "--times", "1000"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment(),
    )  # fmt: skip
    until_s = time.monotonic() + PATIENCE_S
    while not rig.on() and time.monotonic() < until_s:
        time.sleep(0.002)
    process.kill()
    killed_ns = time.monotonic_ns()
    _, said = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == -signal.SIGKILL
    assert rig.wait_off(), rig.on()
    assert rig.off_at_ns() - killed_ns < PROMISED_NS
    assert "made safe in" in said
