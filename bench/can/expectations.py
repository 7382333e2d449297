"""What a test expects on a bus, and what was seen instead.

Three outcomes are told apart: the message came with the right value, it came with other values
only, or it never came at all. An expectation also looks back, to the moment before the last
stimulus: in real time a fast answer is there before anybody waits for it.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator
from queue import Empty
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from bench.can.bus_history import BusHistory
from bench.can.conditions import Condition, fitting, in_words
from bench.can.databases import key_of
from bench.can.frame import Reception
from bench.can.hunt import MOST_SHOWN, Hunt
from bench.can.port import Port
from bench.can.roles import RoleMap
from bench.can.seen import Seen
from bench.can.silence import Silence
from bench.can.watches import Watch
from bench.errors import NeverReceived, Unexpected, WrongCycle
from bench.journal import Journal
from bench.units import NS_PER_S, duration, to_ns

if TYPE_CHECKING:
    from cantools.database.can import Message


@runtime_checkable
class Watchable(Protocol):
    """A connection for which another thread than the loop's can wait."""

    def watch(self, identity: int) -> Watch:
        """Return what comes of a message from now on."""
        ...


def patience_s(period_s: float, tolerance: float, count: int) -> float:
    """Return how long to wait for so many periods, each as late as it may be, and one more."""
    return period_s * (count + 1) * (1 + tolerance) + period_s


class BusView:
    """One bus, as a test looks at it.

    Args:
        port: the bench's connection.
        roles: databases and roles.
        journal: what has been seen so far.

    Attributes:
        history: the frames that are written down.
    """

    def __init__(self, port: Port, roles: RoleMap, journal: Journal) -> None:
        self.port, self.roles = port, roles
        self._journal = journal
        self.history = BusHistory(port, journal)

    # ── expectations ──────────────────────────────────────────────────────────────────────

    async def expect(
        self,
        message: str,
        *,
        within_s: float,
        since_ns: int,
        where: Condition | None = None,
        **values: Any,
    ) -> Seen:
        """Return the first frame of `message` since `since_ns` that fits.

        Args:
            message: its name in the database.
            within_s: how long to wait from `since_ns` on.
            since_ns: from when on frames count.
            where: a condition over several signals (physical values).
            **values: what single signals must be: a label, a physical value.

        Raises:
            NeverReceived: the message did not come at all.
            WrongValue: it came, with other values; the error says which and when.
        """
        hunt = self._hunt(message, where, values, since_ns, within_s)
        async for each in self._watch(hunt.message, since_ns, within_s):
            if hunt.found(each):
                return each
        raise hunt.failure(self.port.last_activity_ns())

    def expect_here(
        self,
        message: str,
        *,
        within_s: float,
        since_ns: int,
        where: Condition | None = None,
        **values: Any,
    ) -> Seen:
        """Do the same in this thread, in real time: the frame comes straight from the receiver."""
        if not isinstance(self.port, Watchable):
            raise TypeError(f"{self.port.bus}: no thread can wait for this bus")
        hunt = self._hunt(message, where, values, since_ns, within_s)
        watch = self.port.watch(key_of(hunt.message))
        try:
            return self._wait_here(hunt, watch, since_ns, since_ns + to_ns(within_s))
        finally:
            watch.close()

    def _wait_here(self, hunt: Hunt, watch: Watch, since_ns: int, deadline_ns: int) -> Seen:
        """Look at what is past, then at what comes; every microsecond counts here."""
        definition, last_ns = hunt.message, since_ns - 1
        past = [(t_ns, f.data) for t_ns, f in self.history.since(key_of(definition), since_ns)]
        for t_ns, data in (*past, *watch.pending):
            if last_ns < t_ns <= deadline_ns:
                last_ns = t_ns
                if hunt.found(seen := Seen(t_ns, data, definition)):
                    return seen
        get, fits, now_ns = watch.queue.get, hunt.fits, self._journal.now_ns
        while (left_ns := deadline_ns - now_ns()) > 0:
            try:
                t_ns, data = get(timeout=left_ns / NS_PER_S)
            except Empty:
                break
            if last_ns < t_ns <= deadline_ns:
                seen = Seen(t_ns, data, definition)
                if fits(seen):
                    return seen
                hunt.seen.append(seen)
        raise hunt.failure(self.port.last_activity_ns())

    def _hunt(
        self,
        message: str,
        where: Condition | None,
        values: dict[str, Any],
        since_ns: int,
        within_s: float,
    ) -> Hunt:
        definition = self.roles.database.message(message)
        wanted = f"{self.port.bus}: {in_words(message, values, where)}"
        fits = fitting(self.roles, definition, values, where)
        return Hunt(definition, wanted, fits, list(values), since_ns, within_s)

    async def expect_not(
        self,
        message: str,
        *,
        within_s: float,
        since_ns: int,
        where: Condition | None = None,
        **values: Any,
    ) -> None:
        """Wait for what must not come.

        Raises:
            Unexpected: a frame that fits came within the time.
            Inconclusive: not one frame came of a message that is cyclic, on a bus that was awake,
                or of one that a LIN master asked for: who sends it is silent, and might have said
                anything.
        """
        definition = self.roles.database.message(message)
        fits = fitting(self.roles, definition, values, where)
        seen = False
        async for each in self._watch(definition, since_ns, within_s):
            seen = True
            if fits(each):
                after = duration((each.t_ns - since_ns) / NS_PER_S)
                wanted = in_words(message, values, where)
                raise Unexpected(f"{self.port.bus}: {wanted} came after {after}")
        if not seen:
            silent = Silence(self.port, self.roles, self._journal)
            silent.check(definition, since_ns, since_ns + to_ns(within_s))

    async def expect_cycle(
        self, message: str, *, period_s: float, tolerance: float, count: int, since_ns: int
    ) -> list[float]:
        """Return `count` periods of a cyclic message; raises WrongCycle for one that is off.

        Args:
            message: its name.
            period_s: what each period must be.
            tolerance: how far it may stray, as a share of the period.
            count: how many periods.
            since_ns: from when on frames count.
        """
        definition = self.roles.database.message(message)
        times: list[int] = []
        within_s = patience_s(period_s, tolerance, count)
        async for each in self._watch(definition, since_ns, within_s):
            times.append(each.t_ns)
            if len(times) > count:
                break
        if not times:
            raise NeverReceived(f"{self.port.bus}: {message} was never received")
        periods = [(b - a) / NS_PER_S for a, b in itertools.pairwise(times)]
        wrong = [p for p in periods if abs(p - period_s) > tolerance * period_s]
        if wrong or len(periods) < count:
            shown = ", ".join(duration(p) for p in (wrong or periods)[:MOST_SHOWN])
            raise WrongCycle(
                f"{self.port.bus}: {message} should come every {duration(period_s)} "
                f"± {tolerance:.0%}; {len(wrong)} of {len(periods)} periods are off "
                f"({shown or 'it came once'})"
            )
        return periods

    # ── frames ────────────────────────────────────────────────────────────────────────────

    async def _watch(
        self, message: "Message", since_ns: int, within_s: float
    ) -> AsyncIterator[Seen]:
        """Yield what is seen of a message: first what is past, then what comes, until the time."""
        queue: asyncio.Queue[Reception] = asyncio.Queue()
        identity = key_of(message)
        stop = self.port.listen([identity], queue.put_nowait, every=True)
        deadline_ns = since_ns + to_ns(within_s)
        last_ns = since_ns
        try:
            for t_ns, frame in self.history.since(identity, since_ns):
                if t_ns <= deadline_ns:
                    last_ns = max(last_ns, t_ns)
                    yield Seen(t_ns, frame.data, message)
            while (left_ns := deadline_ns - self._journal.now_ns()) > 0:
                try:
                    async with asyncio.timeout(left_ns / NS_PER_S):
                        reception = await queue.get()
                except TimeoutError:
                    return
                if last_ns < reception.t_ns <= deadline_ns:
                    yield Seen(reception.t_ns, reception.frame.data, message)
        finally:
            stop()
