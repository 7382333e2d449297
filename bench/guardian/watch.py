"""Waiting for a run to die or to hang: its process, by the kernel's own handle, and its beats.

A pipe that closes with the run would not do: a forked child keeps it open for seconds.
"""

import contextlib
import math
import select
import socket
import time

from bench.guardian import messages

DISMISSED = ""
DIED = "died"
ASKED = "ended and could not make it safe"
OVERSLEPT_S = 0.25  # this process was not punctual itself: the computer stood, not the run


class Watch:
    """Watches one run.

    Args:
        control: where the run speaks.
        run: its handle (a pidfd).
        heartbeat_s: how long it may be silent while a station is open.
    """

    def __init__(self, control: socket.socket, run: int, heartbeat_s: float) -> None:
        self._control, self._run = control, run
        self._heartbeat_s = heartbeat_s
        self._until_s = math.inf  # nothing is open yet
        self._allowed_s = 0.0
        self._poll = select.poll()
        self._poll.register(run, select.POLLIN)
        self._poll.register(control, select.POLLIN)

    def wait(self) -> str:
        """Return what has happened to the run, in words; "" when it has no need any more."""
        while True:
            due_s = max(self._until_s, self._allowed_s)
            ready = {fd for fd, _ in self._poll.poll(self._left_ms(due_s))}
            if self._control.fileno() in ready:
                ending = self._listen()
                if ending is not None:
                    return ending
            if self._run in ready:
                return DIED
            if not ready and self._silent(due_s):
                return f"was silent for more than {self._heartbeat_s:g} s and was killed"

    @staticmethod
    def _left_ms(due_s: float) -> int | None:
        if due_s == math.inf:
            return None
        return max(0, math.ceil((due_s - time.monotonic()) * 1000))

    def _silent(self, due_s: float) -> bool:
        """Whether the run has missed its beat; after the whole computer stood, it gets another."""
        late_s = time.monotonic() - due_s
        if late_s > OVERSLEPT_S:
            self._until_s = time.monotonic() + self._heartbeat_s
        return 0 <= late_s <= OVERSLEPT_S

    def _listen(self) -> str | None:
        """Take everything that the run has said; return how it ends, if it says so."""
        while True:
            try:
                said = self._control.recv(messages.MOST, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return None
            except OSError:
                said = b""
            if not said:  # the run has closed it; whether it lives on, its handle says
                self._poll.unregister(self._control)
                return None
            if said == messages.DISMISS:
                return DISMISSED
            if said == messages.ACT:
                return ASKED
            self._take(said)
            if said == messages.BEAT:
                self._answer()

    def _answer(self) -> None:
        """Say that this process runs: one that is stopped would be taken for one that guards."""
        with contextlib.suppress(OSError):  # nobody listens: the run's handle says what has become
            self._control.send(messages.HEARD, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)

    def _take(self, said: bytes) -> None:
        now_s = time.monotonic()
        if said.startswith(messages.ALLOW):
            self._allowed_s = now_s + float(said.removeprefix(messages.ALLOW))
        elif said in {messages.DONE, messages.REST}:
            self._allowed_s = 0.0
        if said == messages.REST:
            self._until_s = math.inf
        elif said == messages.WATCH or self._until_s < math.inf:
            self._until_s = now_s + self._heartbeat_s
