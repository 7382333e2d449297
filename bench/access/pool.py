"""Worker processes that die with their parent.

Small, because the standard library's pools outlive a killed parent and hide its interrupts: each
worker gets a task by a pipe and answers by it, ignores Ctrl-C (the parent ends it), and is ended
by the kernel when the parent dies.
"""

import ctypes
import multiprocessing
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

from bench.errors import BenchError, InternalError, StationError

TaskT = TypeVar("TaskT")
ResultT = TypeVar("ResultT")
REAPED_S = 5.0
GONE = (BrokenPipeError, ConnectionResetError)  # nobody is at the other end of a pipe any more
_PR_SET_PDEATHSIG = 1
_CONTEXT = multiprocessing.get_context("fork")


class Pool(Generic[TaskT, ResultT]):
    """Runs tasks in `jobs` processes and yields what they yield, as it comes.

    Args:
        work: called in a worker with a task; what it yields is sent back one by one.
        jobs: how many processes, at most.
        ready: whether a task may begin; asked again whenever a result has been taken. The first
            task that may is the next one.
    """

    def __init__(
        self,
        work: Callable[[TaskT], Iterator[ResultT]],
        jobs: int,
        ready: Callable[[TaskT], bool] = lambda _task: True,
    ) -> None:
        self._work = work
        self._jobs = jobs
        self._ready = ready
        self._todo: list[TaskT] = []
        self._processes: dict[Connection, BaseProcess] = {}
        self._busy: set[Connection] = set()
        self._idle: list[Connection] = []

    def run(self, tasks: Iterable[TaskT]) -> Iterator[ResultT]:
        """Yield every result; raises what a worker raised.

        Raises:
            BenchError: as the worker raised it; InternalError: it raised anything else.
            StationError: a worker died.
        """
        self._todo = list(tasks)
        try:
            self._hand_out()
            while self._busy:
                for connection in wait(list(self._busy)):
                    if isinstance(connection, Connection):
                        yield from self._receive(connection)
                self._hand_out()
            if self._todo:
                raise StationError(f"{len(self._todo)} tasks wait for what never comes")
            for connection in self._idle:
                with suppress(*GONE):  # one that has died meanwhile had nothing left to do
                    connection.send(None)
        finally:
            self.end()

    def _hand_out(self) -> None:
        """Give each task that may begin to a worker that has none, as far as there are any."""
        while self._idle or len(self._processes) < self._jobs:
            number = next((n for n, task in enumerate(self._todo) if self._ready(task)), None)
            if number is None:
                return
            worker = self._idle.pop() if self._idle else self._start()
            self._busy.add(worker)
            try:
                worker.send((self._todo.pop(number),))
            except GONE:
                raise self._died(worker) from None

    def _died(self, connection: Connection) -> StationError:
        """Return how a worker has died, once the kernel has told."""
        process = self._processes[connection]
        process.join(timeout=REAPED_S)
        return StationError(f"a worker process died ({_how(process.exitcode)})")

    def _receive(self, connection: Connection) -> Iterator[ResultT]:
        try:
            kind, value = connection.recv()
        except (EOFError, *GONE):
            raise self._died(connection) from None
        if kind == "result":
            yield value
        elif kind == "error":
            raise value
        else:
            self._busy.discard(connection)
            self._idle.append(connection)

    def _start(self) -> Connection:
        ours, theirs = _CONTEXT.Pipe()
        process = _CONTEXT.Process(
            target=_serve, args=(self._work, theirs, ours, os.getpid()), daemon=True
        )
        process.start()
        theirs.close()
        self._processes[ours] = process
        return ours

    def end(self) -> None:
        """End every worker, at once."""
        for connection, process in self._processes.items():
            process.terminate()  # first: a pipe without another end is none of its business
            connection.close()
        for process in self._processes.values():
            process.join(timeout=5)
            if process.is_alive():
                process.kill()
        self._processes.clear()


def _how(code: int | None) -> str:
    """Return in words how a process has ended."""
    if code is None:
        return "nobody knows how"
    if code >= 0:
        return f"exit code {code}"
    why = ": has the computer run out of memory?" if -code == signal.SIGKILL else ""
    return f"by {signal.Signals(-code).name}{why}"


def _serve(
    work: Callable[[Any], Iterator[Any]], ours: Connection, parents: Connection, parent: int
) -> None:
    """Serve tasks until there are no more (in the worker process)."""
    parents.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    die_with(parent)
    with suppress(EOFError, *GONE):  # the parent has ended, or is ending it: that is no defect
        _answer(work, ours)


def _answer(work: Callable[[Any], Iterator[Any]], ours: Connection) -> None:
    """Take tasks and send back what comes of them; raises OSError or EOFError without a parent."""
    while True:
        message = ours.recv()
        if message is None:
            return
        try:
            for result in work(message[0]):
                ours.send(("result", result))
        except BenchError as error:
            ours.send(("error", error))
            return
        except Exception as error:
            ours.send(("error", _unforeseen(error)))
            return
        ours.send(("done", None))


def _unforeseen(error: Exception) -> InternalError:
    """Return an error of any class as one that can be handed on, with where it was raised."""
    what = traceback.format_exception_only(error)[0].rstrip()
    return InternalError(what, "".join(traceback.format_exception(error)))


def die_with(parent: int) -> None:
    """Have the kernel end this process when `parent` dies (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the kernel knew
            os._exit(1)
