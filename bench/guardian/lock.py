"""The lock on a bench: held by one run at a time, and by its guardian until the bench is safe.

One file for each device that the bench file names, so that two stations which share a device shut
each other out. The kernel holds the lock, not the file's existence: it ends with the last process
that has it open, whatever became of that. What stands in the file is for people.
"""

import contextlib
import fcntl
import getpass
import hashlib
import json
import os
import re
import shlex
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from bench.errors import StationBusy, StationError
from bench.guardian.identity import SERIAL, identity
from bench.guardian.shared_folder import shared_folder, temporary

ROOTS = (Path("/run/lock"), temporary())
SAID_WITHIN_S = 0.2  # a new holder has a moment to say who it is


def lock_folder() -> Path:
    """Return the folder of lock files, one for all users of this computer; raises StationError."""
    return shared_folder(ROOTS, "lock files")


def lock_name(resource: str) -> str:
    """Return the name of a device's lock file: one for each device, whatever it is called.

    >>> lock_name("TCPIP0::192.168.1.50::5555::SOCKET")
    'TCPIP0-192.168.1.50-5555-SOCKET-6876326c.lock'
    """
    return _file_name(identity(resource))


def _file_name(one: str) -> str:
    words = re.sub(r"[^A-Za-z0-9.]+", "-", one).strip("-")
    return f"{words[-60:].strip('-')}-{hashlib.sha256(one.encode()).hexdigest()[:8]}.lock"


def this_run() -> dict[str, str]:
    """Return who this process is, for whoever finds the bench held."""
    return {
        "pid": str(os.getpid()),
        "command": shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])[:200],
        "user": _user(),
        # the calendar is for people: no bench has a clock before it is held
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


class BenchLock:
    """The lock on everything that one bench uses.

    A device is locked by what it is and by what it is called: unplugged, it has a name only.

    Args:
        bench: the station's name.
        resources: what it uses.

    Attributes:
        names: per resource the name of its device's lock file, as it was when the lock was made.
    """

    def __init__(self, bench: str, resources: Iterable[str]) -> None:
        folder = lock_folder()
        self.names = {resource: lock_name(resource) for resource in resources}
        called = (_file_name(resource) for resource in self.names if SERIAL.fullmatch(resource))
        self.files = [folder / name for name in sorted({*self.names.values(), *called})]
        self.descriptors: list[int] = []
        self._bench = bench
        self.run = this_run()

    def acquire(self) -> None:
        """Take all of it or nothing; raises StationBusy that says who has it."""
        try:
            for file in self.files:
                self.descriptors.append(_taken(file))
        except BaseException:
            self.abandon()
            raise
        self.tell()

    def tell(self, guardian: int | None = None) -> None:
        """Write down who holds it, if there is room: it is for people, and the kernel knows."""
        holder = {"bench": self._bench, **self.run}
        if guardian is not None:
            holder["guardian"] = str(guardian)
        text = json.dumps(holder, ensure_ascii=False).encode(errors="backslashreplace")
        for descriptor in self.descriptors:
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, 0)
                os.pwrite(descriptor, text, 0)

    def release(self) -> None:
        """End it for everybody who has inherited it: the bench is safe."""
        for descriptor in self.descriptors:
            os.ftruncate(descriptor, 0)
            fcntl.flock(descriptor, fcntl.LOCK_UN)
        self.abandon()

    def abandon(self) -> None:
        """Let go of it; whoever has inherited it still holds it."""
        while self.descriptors:
            os.close(self.descriptors.pop())


def _taken(file: Path) -> int:
    """Return the descriptor of a lock file, locked; raises StationBusy."""
    descriptor = _opened(file)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        said = _holder(descriptor)
        os.close(descriptor)
        raise StationBusy(said) from None
    return descriptor


def _opened(file: Path) -> int:
    flags = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        with contextlib.suppress(FileNotFoundError):
            return os.open(file, flags)  # not to be created: others' files in a sticky folder
        descriptor = os.open(file, flags | os.O_CREAT, 0o666)
        with contextlib.suppress(PermissionError):
            os.fchmod(descriptor, 0o666)
    except OSError as error:
        raise StationError(f"{file}: the lock cannot be opened: {error.strerror}") from None
    return descriptor


def _holder(descriptor: int) -> str:
    """Return who holds a lock, in words."""
    until_s = time.monotonic() + SAID_WITHIN_S
    while True:
        try:
            holder: dict[str, str] = json.loads(os.pread(descriptor, 4096, 0))
            break
        except ValueError:
            if time.monotonic() > until_s:
                return "the bench is held by another run, which does not say who it is"
            time.sleep(0.01)
    who = f"pid {holder['pid']} ({holder['command']}), user {holder['user']}"
    if _alive(int(holder["pid"])):
        return f"{holder['bench']} is held by {who}, since {holder['since']}"
    guardian = f"its guardian (pid {holder['guardian']})" if "guardian" in holder else "a child"
    return f"{holder['bench']} was held by {who}, which has died; {guardian} still holds it"


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in {"Z", "X"}
