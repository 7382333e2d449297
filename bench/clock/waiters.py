"""Who waits for what: words for an error about a loop that cannot go on."""

import asyncio
from types import CoroutineType
from typing import Any

MOST_NAMED = 12


def describe_waiters(loop: asyncio.AbstractEventLoop) -> str:
    """Return one phrase per pending task: its name, and the line at which it waits."""
    tasks = sorted(asyncio.all_tasks(loop), key=lambda t: t.get_name())
    told = [describe_task(task) for task in tasks[:MOST_NAMED]]
    if len(tasks) > MOST_NAMED:
        told.append(f"and {len(tasks) - MOST_NAMED} more")
    return "; ".join(told) or "nobody"


def describe_task(task: "asyncio.Task[Any]") -> str:
    """Return a task's name and its innermost line of code."""
    coro: Any = task.get_coro()
    innermost: CoroutineType[Any, Any, Any] | None = None
    while isinstance(coro, CoroutineType):
        innermost, coro = coro, coro.cr_await
    frame = innermost.cr_frame if innermost else None
    if innermost is None or frame is None:
        return task.get_name()
    place = f"{frame.f_code.co_filename.rpartition('/')[2]}:{frame.f_lineno}"
    return f"{task.get_name()} in {innermost.__qualname__} ({place})"
