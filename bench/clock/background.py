"""Background tasks that cannot fail unseen."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from bench.errors import StationError


class Background:
    """The tasks of one loop that nobody awaits, and the first exception of any of them.

    Args:
        loop: where they run.
        on_error: called when the first of them has failed.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, on_error: Callable[[], None] = lambda: None
    ) -> None:
        self._loop, self._on_error = loop, on_error
        # a dict keeps them in the order of their birth: cancelling must not follow addresses
        self._tasks: dict[asyncio.Task[Any], None] = {}
        self._error: BaseException | None = None
        loop.set_exception_handler(self._on_loop_error)

    def spawn(self, coro: Coroutine[Any, Any, Any], name: str) -> "asyncio.Task[Any]":
        """Start `coro` and keep hold of it."""
        task = self._loop.create_task(coro, name=name)
        self._tasks[task] = None
        task.add_done_callback(self._on_done)
        return task

    def check(self) -> None:
        """Raise the first exception that a background task or callback has left."""
        error, self._error = self._error, None
        if error is not None:
            raise error

    def note(self, error: BaseException) -> None:
        """Say of an error what had gone wrong behind it: a frame that never came may be ours."""
        if self._error is not None and self._error is not error:
            error.add_note(f"behind it, on the bench's loop: {self._error!r}")

    async def cancel_all(self, patience_s: float = 5.0) -> None:
        """Cancel every task and wait, so long as `patience_s`; raise StationError for the deaf."""
        tasks = [t for t in self._tasks if t is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        if tasks:
            _, deaf = await asyncio.wait(tasks, timeout=patience_s)
            if deaf:
                names = ", ".join(sorted(t.get_name() for t in deaf))
                raise StationError(f"background tasks ignore being cancelled: {names}")

    def _on_done(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.pop(task, None)
        if not task.cancelled():
            self._keep(task.exception())

    def _on_loop_error(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        # a handshake that a fault has cut is the weather here, not a mistake of the bench
        if isinstance(error, OSError) and ("transport" in context or "protocol" in context):
            return
        self._keep(error or StationError(str(context.get("message"))))

    def _keep(self, error: BaseException | None) -> None:
        if self._error is None and error is not None:
            self._error = error
            self._on_error()
