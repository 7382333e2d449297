"""The guardian's own process: `python -m bench.guardian CONTROL RUN`, two inherited descriptors."""

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.errors import StationError, described
from bench.guardian import messages
from bench.guardian.kept_outcome import keep
from bench.guardian.outcome import FAILED, ChannelOutcome, Outcome, write_outcome
from bench.guardian.plan import SafePlan
from bench.guardian.sequence import Sequence
from bench.guardian.stragglers import Run, kill_stragglers, wait_for
from bench.guardian.watch import ASKED, DISMISSED, Watch
from bench.presentation.printable import printable

IGNORED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGTSTP,
           signal.SIGPIPE, signal.SIGTTOU, signal.SIGTTIN)  # fmt: skip
KILLED_WITHIN_S = 0.3
SAID_WITHIN_MS = 500


def main(control: socket.socket, handle: int) -> int:
    """Guard a run until it needs no guard; return 0 when the bench is safe."""
    told = json.loads(control.recv(messages.MOST))
    plan = SafePlan.from_json(told["plan"])
    try:
        sequence = _prepare(plan)
    except Exception as error:
        control.send(messages.FAILED + described(error).encode())
        return 1
    watch = Watch(control, handle, plan.heartbeat_s)
    control.send(messages.READY)
    why = watch.wait()
    if why == DISMISSED:
        return 0
    began_s = time.monotonic()
    if why != ASKED:
        with contextlib.suppress(Exception):  # the bench, whatever is left of the run
            _end(_run_of(told["run"]), handle)
    channels = sequence.perform(began_s)
    outcome = _outcome(plan, why, told["holder"], began_s, channels)
    _keep(outcome, plan)
    _say(outcome)
    return 0 if outcome.safe else 1


def _prepare(plan: SafePlan) -> Sequence:
    """Do beforehand all that takes time: load the drivers and pyvisa's back ends."""
    for number in IGNORED:
        signal.signal(number, signal.SIG_IGN)
    sequence = Sequence(plan)
    sequence.load()
    _stand_out()
    sequence.begin()
    gc.collect()
    gc.freeze()
    return sequence


def _stand_out() -> None:
    """Be neither the first victim of lack of memory nor last in line on a busy computer.

    Not everybody may; without it this process is one like others. The run may keep to one
    processor (`[bench] cpu`), and hang there: this process takes any.
    """
    with contextlib.suppress(OSError):
        os.sched_setaffinity(0, range(os.cpu_count() or 1))
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("-1000", encoding="utf-8")
    with contextlib.suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))


def _run_of(fields: dict[str, Any]) -> Run:
    locks = frozenset((device, inode) for device, inode in fields["locks"])
    return Run(**fields | {"locks": locks})


def _end(run: Run, handle: int) -> None:
    """See to it that nothing of the run is left that could hold a device or switch it."""
    with contextlib.suppress(OSError):
        signal.pidfd_send_signal(handle, signal.SIGKILL)
    wait_for([handle], KILLED_WITHIN_S)
    kill_stragglers(run)


def _outcome(
    plan: SafePlan, why: str, holder: dict[str, str], began_s: float, channels: list[ChannelOutcome]
) -> Outcome:
    return Outcome(
        bench=plan.bench,
        why=why,
        run=holder,
        # the calendar is for people: the run's clock has died with it
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        safe=all(channel.state != FAILED for channel in channels),
        took_ms=round((time.monotonic() - began_s) * 1000, 3),
        channels=tuple(channels),
    )


def _keep(outcome: Outcome, plan: SafePlan) -> None:
    for file in plan.outcome_files:
        with contextlib.suppress(OSError):  # a full disk must not keep the next file from it
            write_outcome(outcome, Path(file))
    with contextlib.suppress(OSError, StationError):
        if plan.bench_file:
            keep(outcome, plan)


def _say(outcome: Outcome) -> None:
    """Say it where the run would have; a terminal that has gone, or is stuck, delays nothing."""
    with contextlib.suppress(OSError):
        poll = select.poll()
        poll.register(2, select.POLLOUT)
        if poll.poll(SAID_WITHIN_MS):
            os.write(
                2, f"bench: guardian: {printable(outcome.say())}\n".encode()[: select.PIPE_BUF]
            )


if __name__ == "__main__":
    status = main(socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2]))
    os._exit(status)  # a thread may still wait for a device that does not answer
