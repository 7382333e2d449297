"""A fault's stretch of time: it begins after it was armed, and may end before it is cleared."""

import asyncio
from collections.abc import Callable

from bench.errors import CanFault, InstrumentFault
from bench.injection import Injection, Undo

Put = Callable[[Injection], Undo]


def put_later(put: Put, delay_s: float) -> Put:
    """Return what puts a fault in force so long after it was armed, on the record.

    Cleared before that, it never begins. An instrument or a bus that fails then is the bench's
    fault: it is recorded, and the run goes on.
    """

    def arm(injection: Injection) -> Undo:
        undos: list[Undo] = []

        def begin() -> None:
            injection.began()
            try:
                undos.append(put(injection))
            except (InstrumentFault, CanFault) as error:
                injection.failed(f"could not be put in force: {error}")

        timer = asyncio.get_running_loop().call_later(delay_s, begin)

        def undo() -> None:
            timer.cancel()
            for each in undos:
                each()

        return undo

    return arm


def in_turns(put: Callable[[], Undo], period_s: float, duty: float) -> Undo:
    """Put something in force at once, for a part of each period (`duty`, from 0 to 1)."""
    if duty >= 1:
        return put()
    loop = asyncio.get_running_loop()
    undos: list[Undo] = []
    timers: list[asyncio.TimerHandle] = []

    def end() -> None:
        while undos:
            undos.pop()()

    def begin() -> None:
        undos.append(put())
        timers[:] = [loop.call_later(duty * period_s, end), loop.call_later(period_s, begin)]

    begin()

    def undo() -> None:
        for timer in timers:
            timer.cancel()
        end()

    return undo
