"""A run's side of its guardian: start it, keep it awake, dismiss it, notice its death."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from bench.errors import GuardianLost, StationError
from bench.guardian import messages
from bench.guardian.lock import BenchLock
from bench.guardian.plan import SafePlan
from bench.guardian.stragglers import this_run

READY_WITHIN_S = 20.0
DISMISSED_WITHIN_S = 5.0
MORE_THAN_IT_NEEDS_S = 3.0


class Guardian:
    """The guardian of this process.

    Args:
        plan: how the bench is made safe.
        lock: what the guardian holds on to until it is.
    """

    def __init__(self, plan: SafePlan, lock: BenchLock) -> None:
        self._plan, self._lock = plan, lock
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._ready = False
        self._lost = ""
        self._unanswered = 0  # beats
        self._allowed_s: list[float] = []  # until when, by the monotonic clock

    # ── life ──────────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        """Start the process; it gets ready by itself, see `wait_ready`. Raises StationError."""
        if not hasattr(os, "pidfd_open"):
            raise StationError(
                "the guardian needs Linux 5.3 or newer; without one nothing makes the bench safe "
                "after a crash ([bench] guardian = false takes that risk)"
            )
        if os.getpid() == 1:
            raise StationError(
                "this process is number 1 of its container: whatever kills it kills its guardian, "
                "too. Start the container with an init (docker run --init)"
            )
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        handle = os.pidfd_open(os.getpid())
        try:
            self._process = self._spawn(theirs.fileno(), handle)
        except OSError as error:
            ours.close()
            raise StationError(f"the guardian cannot be started: {error.strerror}") from None
        finally:
            theirs.close()
            os.close(handle)
        self._control = ours
        run = asdict(this_run(self._lock.descriptors))
        told = {"plan": self._plan.to_json(), "holder": self._lock.run,
                "run": run | {"locks": sorted(run["locks"])}}  # fmt: skip
        with contextlib.suppress(OSError):  # `wait_ready` says what became of it
            ours.send(json.dumps(told).encode())
        self._lock.tell(guardian=self._process.pid)

    def _spawn(self, control: int, handle: int) -> "subprocess.Popen[bytes]":
        here = [entry or os.getcwd() for entry in sys.path]  # noqa: PTH109 as the import system does
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(here)}
        environment.pop("PYTHONWARNINGS", None)
        return subprocess.Popen(  # noqa: S603 this very interpreter
            [sys.executable, "-P", "-m", "bench.guardian", str(control), str(handle)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd="/", env=environment,
            pass_fds=[control, handle, *self._lock.descriptors], start_new_session=True,
        )  # fmt: skip

    def wait_ready(self) -> None:
        """Wait until it could act; raises StationError. Nothing may be switched on before."""
        if self._ready or self._control is None:
            return
        self._control.settimeout(READY_WITHIN_S)
        try:
            said = self._control.recv(messages.MOST)
        except OSError:
            said = b""
        self._control.setblocking(False)
        if said != messages.READY:
            why = said.removeprefix(messages.FAILED).decode() or "it did not get ready"
            self.end(safe=True)
            raise StationError(f"the guardian cannot guard this bench: {why}")
        self._ready = True

    def end(self, *, safe: bool) -> bool:
        """Dismiss it; if the bench is not safe, let it have a try. Return whether it is safe."""
        process, control = self._process, self._control
        self._process = self._control = None
        if process is None or control is None:
            return safe
        with contextlib.suppress(OSError):
            control.send(messages.DISMISS if safe else messages.ACT)
        patience_s = DISMISSED_WITHIN_S if safe else self._plan.give_up_s + MORE_THAN_IT_NEEDS_S
        try:
            status = process.wait(patience_s)
        except subprocess.TimeoutExpired:
            process.kill()
            status = process.wait()
        control.close()
        return safe or status == 0

    @property
    def pid(self) -> int:
        """Its process, 0 when there is none."""
        return 0 if self._process is None else self._process.pid

    # ── while it guards ───────────────────────────────────────────────────────────────────

    def beat(self, every_s: float) -> None:
        """Say that the run is alive; raises GuardianLost if nobody is there to hear it.

        Beats without an answer are counted, and not the time: while the whole computer stands
        there are none, and no guardian could answer.

        Args:
            every_s: how often that is said.
        """
        self._hear()
        if self._unanswered * every_s >= self._plan.heartbeat_s:
            self._lost = f"has answered nothing for {self._plan.heartbeat_s:g} s"
        self.check()
        self._unanswered += 1
        self._tell(messages.BEAT)

    def _hear(self) -> None:
        """Take note of what it has answered: it never speaks by itself."""
        with contextlib.suppress(OSError):  # nothing more is there; whether it lives, `check` asks
            while self._control is not None and self._control.recv(messages.MOST):
                self._unanswered = 0

    def watch(self) -> None:
        """Say that from now on silence means a hang."""
        self._tell(messages.WATCH)

    def rest(self) -> None:
        """Say that everything is closed and safe."""
        self._tell(messages.REST)

    @contextmanager
    def allowing(self, seconds: float) -> Iterator[None]:
        """Let the run be silent for so long inside the block, or for as long as one around it."""
        until_s = time.monotonic() + seconds
        self._allowed_s.append(until_s)
        self._tell_allowed()
        try:
            yield
        finally:
            self._allowed_s.remove(until_s)
            self._tell_allowed()

    def _tell_allowed(self) -> None:
        left_s = max(self._allowed_s, default=0.0) - time.monotonic()
        allowed = left_s > 0
        self._tell(messages.ALLOW + f"{left_s:.3f}".encode() if allowed else messages.DONE)

    def check(self) -> None:
        """Raise GuardianLost if it has gone."""
        if self._process is not None and not self._lost and self._process.poll() is not None:
            self._lost = "has died"
        if self._lost:
            raise GuardianLost(
                f"the guardian of {self._plan.bench} {self._lost}: nothing would make the bench "
                "safe if this run died, so it stops here"
            )

    def _tell(self, message: bytes) -> None:
        if self._control is None or self._lost:
            return
        try:
            self._control.send(message, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)
        except BlockingIOError:
            self._lost = "does not listen any more"
        except OSError:
            self._lost = "has died"
