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
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

from bench.errors import StationError

TaskT = TypeVar("TaskT")
ResultT = TypeVar("ResultT")
_PR_SET_PDEATHSIG = 1
_CONTEXT = multiprocessing.get_context("fork")


class Pool(Generic[TaskT, ResultT]):
    """Runs tasks in `jobs` processes and yields what they yield, as it comes.

    Args:
        work: called in a worker with a task; what it yields is sent back one by one.
        jobs: how many processes.
    """

    def __init__(self, work: Callable[[TaskT], Iterator[ResultT]], jobs: int) -> None:
        self._work = work
        self._jobs = jobs
        self._processes: dict[Connection, BaseProcess] = {}

    def run(self, tasks: Iterable[TaskT]) -> Iterator[ResultT]:
        """Yield every result; raises what a worker raised, and StationError for one that died."""
        todo = iter(list(tasks))
        busy: set[Connection] = set()
        try:
            for task in todo:
                busy.add(self._start(task))
                if len(busy) == self._jobs:
                    break
            while busy:
                for ready in wait(list(busy)):
                    if isinstance(ready, Connection):
                        yield from self._receive(ready, busy, todo)
        finally:
            self.end()

    def _receive(
        self, connection: Connection, busy: set[Connection], todo: Iterator[TaskT]
    ) -> Iterator[ResultT]:
        try:
            kind, value = connection.recv()
        except (EOFError, ConnectionResetError):
            code = self._processes[connection].exitcode
            raise StationError(f"a worker process died (exit code {code})") from None
        if kind == "result":
            yield value
        elif kind == "error":
            raise value
        else:
            task = next(todo, None)
            if task is None:
                busy.discard(connection)
                connection.send(None)
            else:
                connection.send((task,))

    def _start(self, task: TaskT) -> Connection:
        ours, theirs = _CONTEXT.Pipe()
        process = _CONTEXT.Process(
            target=_serve, args=(self._work, theirs, ours, os.getpid()), daemon=True
        )
        process.start()
        theirs.close()
        self._processes[ours] = process
        ours.send((task,))
        return ours

    def end(self) -> None:
        """End every worker, at once."""
        for connection, process in self._processes.items():
            connection.close()
            process.terminate()
        for process in self._processes.values():
            process.join(timeout=5)
            if process.is_alive():
                process.kill()
        self._processes.clear()


def _serve(
    work: Callable[[Any], Iterator[Any]], ours: Connection, parents: Connection, parent: int
) -> None:
    """Serve tasks until there are no more (in the worker process)."""
    parents.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    die_with(parent)
    while True:
        message = ours.recv()
        if message is None:
            return
        try:
            for result in work(message[0]):
                ours.send(("result", result))
        except Exception as error:
            ours.send(("error", error))
            return
        ours.send(("done", None))


def die_with(parent: int) -> None:
    """Have the kernel end this process when `parent` dies (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the kernel knew
            os._exit(1)
