"""How a command ends before its time: by a signal, or because nobody can read what it says."""

import os
import select
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from bench.cli.status import BY_SIGNAL
from bench.presentation.printable import printable

# what a terminal, a shell and a runner of CI jobs send to have a command end in order
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STILL = "bench: still writing down what there is; SIGQUIT (Ctrl-\\) ends it at once"


class Ended(KeyboardInterrupt):
    """A signal that asks a command to end; everything is closed on the way, as after Ctrl-C."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    @property
    def status(self) -> int:
        """The exit status: 130 for Ctrl-C, 143 for SIGTERM, 129 for SIGHUP."""
        return BY_SIGNAL + self.number

    def __str__(self) -> str:
        if self.number == signal.SIGINT:
            return "interrupted"
        return f"ended by {signal.Signals(self.number).name}"


@contextmanager
def ending_in_order() -> Iterator[None]:
    """Raise Ended once for the first signal inside the block; later ones are only answered.

    What was ignored before (a command in the background, `nohup`) stays ignored.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked: list[int] = []

    def end(number: int, _frame: object) -> None:
        asked.append(number)
        if len(asked) == 1:
            raise Ended(number)
        with suppress(OSError):
            os.write(2, f"{STILL}\n".encode())

    before = {each: signal.getsignal(each) for each in SIGNALS}
    for each, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(each, end)
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def say(text: str, *, prefix: str = "bench: ") -> None:
    """Write a line to standard error, if anybody is there."""
    with suppress(OSError, ValueError):
        sys.stderr.write(f"{prefix}{printable(text)}\n")
        sys.stderr.flush()


def is_unread() -> bool:
    """Whether standard output is a pipe whose reader has gone away."""
    try:
        asked = select.poll()
        asked.register(sys.stdout.fileno(), 0)
        return any(event & select.POLLERR for _, event in asked.poll(0))
    except (OSError, ValueError):  # it is no file at all, or closed
        return False


def say_no_more() -> None:
    """Let what is still buffered for standard output go nowhere: it cannot be written."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
