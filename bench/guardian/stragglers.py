"""Killing what is left of a run: it may hold a device, or close a relay after the guardian.

Killed are the processes that hold the bench's lock, which they inherit by `fork` together with
every open device and keep in any session or group; and the run's process group, when the run
leads it. A run that a script started is in the script's group, and one in a pipeline has siblings
in its own (`bench run | tee log`): these are no children of it and are spared.
"""

import contextlib
import os
import select
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
ROUNDS = 5  # a process may fork while its brothers are being killed
GONE_WITHIN_S = 0.3


@dataclass(frozen=True)
class Process:
    """A process as the kernel lists it."""

    pid: int
    parent: int
    group: int
    began: int
    dead: bool


@dataclass(frozen=True)
class Run:
    """The run as it was when its guardian was started.

    Attributes:
        pid, parent: its own and its parent's number.
        leads: whether it leads its process group.
        began: when it began, in the kernel's ticks: a number can be given out again.
        locks: the lock files that it holds, by device and inode.
    """

    pid: int
    parent: int
    leads: bool
    began: int
    locks: frozenset[tuple[int, int]]


def process(pid: int) -> Process | None:
    """Return what the kernel says of a process; None: there is none."""
    try:
        fields = (PROC / str(pid) / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return None
    return Process(pid, int(fields[1]), int(fields[2]), int(fields[19]), fields[0] in "ZX")


def this_run(locks: list[int]) -> Run:
    """Return this process as a run.

    Args:
        locks: the open lock files' descriptors.
    """
    here = process(os.getpid())
    began = here.began if here else 0
    files = frozenset((os.fstat(lock).st_dev, os.fstat(lock).st_ino) for lock in locks)
    return Run(os.getpid(), os.getppid(), os.getpgid(0) == os.getpid(), began, files)


def kill_stragglers(run: Run) -> list[int]:
    """Kill what is left of a run; return the numbers of what was killed."""
    killed: list[int] = []
    for _ in range(ROUNDS):
        found = list(_left_of(run))
        if not found:
            break
        killed += found
        _kill_all(found)
    return killed


def _left_of(run: Run) -> Iterator[int]:
    me = os.getpid()
    reused = _number_was_given_out_again(run)
    for entry in PROC.iterdir():
        if not entry.name.isdigit() or int(entry.name) == me:
            continue
        found = process(int(entry.name))
        if found is None or found.dead:
            continue
        in_group = run.leads and not reused and found.group == run.pid
        if (in_group and found.parent != run.parent) or _holds(entry, run.locks):
            yield found.pid


def _number_was_given_out_again(run: Run) -> bool:
    found = process(run.pid)
    return found is not None and found.began != run.began


def _holds(entry: Path, locks: frozenset[tuple[int, int]]) -> bool:
    """Whether a process has one of the lock files open and locked: waiting for it is no crime."""
    try:
        for descriptor in (entry / "fd").iterdir():
            with contextlib.suppress(FileNotFoundError):
                status = descriptor.stat()
                if (status.st_dev, status.st_ino) in locks:
                    said = (entry / "fdinfo" / descriptor.name).read_text(encoding="utf-8")
                    if "FLOCK" in said:
                        return True
    except OSError:
        return False  # it has gone, or is somebody else's
    return False


def _kill_all(pids: list[int]) -> None:
    handles = []
    for pid in pids:
        with contextlib.suppress(OSError):
            handle = os.pidfd_open(pid)
            handles.append(handle)
            signal.pidfd_send_signal(handle, signal.SIGKILL)
    wait_for(handles, GONE_WITHIN_S)
    for handle in handles:
        os.close(handle)


def wait_for(handles: list[int], within_s: float) -> bool:
    """Wait until every process has gone; return whether they have."""
    until_s = time.monotonic() + within_s
    poll = select.poll()
    for handle in handles:
        poll.register(handle, select.POLLIN)
    left = set(handles)
    while left:
        ready = poll.poll(max(0.0, until_s - time.monotonic()) * 1000)
        if not ready:
            return False
        for handle, _ in ready:
            poll.unregister(handle)
            left.discard(handle)
    return True
