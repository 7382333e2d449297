"""What a test expects on a bus, and what was seen instead.

Three outcomes are told apart: the message came with the right value, it came with other values
only, or it never came at all. An expectation also looks back, to the moment before the last
stimulus: in real time a fast answer is there before anybody waits for it.
"""

import asyncio
import itertools
import math
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from queue import Empty
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from bench.can.databases import decode, key_of
from bench.can.frame import Frame, Reception
from bench.can.port import Port, key
from bench.can.raw_signal import extractor
from bench.can.roles import RoleMap
from bench.can.segments import expand, frame_of
from bench.can.watches import Watch
from bench.errors import (
    ConfigError,
    ExpectationFailed,
    NeverReceived,
    Unexpected,
    WrongCycle,
    WrongValue,
    nearest,
)
from bench.events import CyclicSegment, FrameSeen
from bench.journal import Journal
from bench.units import NS_PER_S, duration, to_ns

if TYPE_CHECKING:
    from cantools.database.can import Message, Signal

Signals = dict[str, Any]
Condition = Callable[[Signals], bool]
MOST_SHOWN = 5
OUT_OF_ORDER_NS = to_ns(1.0)  # a frame is written down at most so long after it has come


@dataclass(frozen=True)
class Seen:
    """A message that was seen.

    Attributes:
        t_ns: when its frame had ended.
        data: its payload.
    """

    t_ns: int
    data: bytes
    _message: "Message" = field(repr=False)

    @cached_property
    def raw(self) -> dict[str, int]:
        """Raw values."""
        return {name: int(value) for name, value in decode(self._message, self.data).items()}

    @cached_property
    def signals(self) -> Signals:
        """Physical values, labels where the database has a value table."""
        decoded = decode(self._message, self.data, physical=True)
        return {n: v if isinstance(v, int | float) else str(v) for n, v in decoded.items()}


@runtime_checkable
class Watchable(Protocol):
    """A connection for which another thread than the loop's can wait."""

    def watch(self, identity: int) -> Watch:
        """Return what comes of a message from now on."""
        ...


class RawCondition:
    """A condition over raw values, with a name for error messages."""

    def __init__(self, name: str, check: Callable[[dict[str, int]], bool]) -> None:
        self.__name__, self.check = name, check

    def __call__(self, signals: Signals) -> bool:
        """Check values that are raw already."""
        return self.check(signals)


class BusView:
    """One bus, as a test looks at it.

    Args:
        port: the bench's connection.
        roles: databases and roles.
        journal: what has been seen so far.
    """

    def __init__(self, port: Port, roles: RoleMap, journal: Journal) -> None:
        self.port, self.roles = port, roles
        self._journal = journal
        self._written: dict[int, list[tuple[int, FrameSeen | CyclicSegment]]] = {}
        self._looked_at = 0

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
        raise hunt.failure()

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

    def _wait_here(self, hunt: "Hunt", watch: Watch, since_ns: int, deadline_ns: int) -> Seen:
        """Look at what is past, then at what comes; every microsecond counts here."""
        definition, last_ns = hunt.message, since_ns - 1
        past = [(t_ns, f.data) for t_ns, f in self.history(key_of(definition), since_ns)]
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
        raise hunt.failure()

    def _hunt(
        self,
        message: str,
        where: Condition | None,
        values: dict[str, Any],
        since_ns: int,
        within_s: float,
    ) -> "Hunt":
        definition = self._message(message)
        wanted = f"{self.port.bus}: {_wanted(message, values, where)}"
        fits = self._condition(definition, values, where)
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
        """Raise Unexpected when a frame that fits comes within the time."""
        definition = self._message(message)
        fits = self._condition(definition, values, where)
        async for each in self._watch(definition, since_ns, within_s):
            if fits(each):
                after = duration((each.t_ns - since_ns) / NS_PER_S)
                wanted = _wanted(message, values, where)
                raise Unexpected(f"{self.port.bus}: {wanted} came after {after}")

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
        definition = self._message(message)
        patience_s = period_s * (count + 1) * (1 + tolerance) + period_s
        times: list[int] = []
        async for each in self._watch(definition, since_ns, patience_s):
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
            for t_ns, frame in self.history(identity, since_ns):
                if t_ns <= deadline_ns:
                    last_ns = max(last_ns, t_ns)
                    yield self.decode(message, frame.data, t_ns)
            while (left_ns := deadline_ns - self._journal.now_ns()) > 0:
                try:
                    async with asyncio.timeout(left_ns / NS_PER_S):
                        reception = await queue.get()
                except TimeoutError:
                    return
                if last_ns < reception.t_ns <= deadline_ns:
                    yield self.decode(message, reception.frame.data, reception.t_ns)
        finally:
            stop()

    def history(self, identity: int, since_ns: int) -> Iterator[tuple[int, Frame]]:
        """Yield the frames of a message since a time, in order."""
        self.port.write_down(identity)
        self._sort_new_entries()
        found: list[tuple[int, Frame]] = []
        for t_ns, event in reversed(self._written.get(identity, [])):
            if isinstance(event, FrameSeen):
                if t_ns < since_ns - OUT_OF_ORDER_NS:
                    break  # entries of one message are nearly in order
                found.append((t_ns, _frame(event.identifier, event.flags, event.data)))
            else:
                found += [(timed.t_ns, frame_of(event, timed.data)) for timed in expand(event)]
        yield from sorted((f for f in found if f[0] >= since_ns), key=lambda f: f[0])

    def _sort_new_entries(self) -> None:
        """Sort by message what was written since the last look: nobody looks at all of it twice."""
        entries = self._journal.entries
        for place in range(self._looked_at, len(entries)):
            t_ns, event = entries[place].t_ns, entries[place].event
            if isinstance(event, FrameSeen | CyclicSegment) and event.bus == self.port.bus:
                identity = key(event.identifier, extended="x" in event.flags)
                self._written.setdefault(identity, []).append((t_ns, event))
            self._looked_at = place + 1

    def decode(self, message: "Message", data: bytes, t_ns: int) -> Seen:
        """Return what a frame's data say."""
        return Seen(t_ns, data, message)

    # ── conditions ────────────────────────────────────────────────────────────────────────

    def _message(self, name: str) -> "Message":
        return self.roles.database.message(name)

    def _condition(
        self, message: "Message", values: dict[str, Any], where: Condition | None
    ) -> Callable[[Seen], bool]:
        checks = [self._check(message, name, value) for name, value in values.items()]
        if isinstance(where, RawCondition):
            checks.append(lambda seen: where.check(seen.raw))
        elif where is not None:
            checks.append(lambda seen: where(seen.signals))
        return lambda seen: all(check(seen) for check in checks)

    def _check(self, message: "Message", name: str, value: Any) -> Callable[[Seen], bool]:
        """Return the check of one signal against a label or a number."""
        known = [signal.name for signal in message.signals]
        if name not in known:
            hint = nearest(name, known)
            raise ConfigError(f'{message.name} has no signal "{name}": {hint}')
        raw = _reader(message, name)
        if isinstance(value, str):
            raws = self._raws(message, name, value)
            return lambda seen: raw(seen) in raws
        signal = message.get_signal_by_name(name)
        if signal.is_float:
            return lambda seen: _is_close(seen.signals.get(name), value)
        return lambda seen: _is_number(signal, raw(seen), value)

    def _raws(self, message: "Message", name: str, label: str) -> set[int]:
        """Return the raw values that a label stands for, by the database or by a role."""
        choices: Any = message.get_signal_by_name(name).choices or {}
        found = {int(raw) for raw, text in choices.items() if str(text) == label}
        labels = {str(text) for text in choices.values()}
        for role in self.roles.roles.values():
            if role.message is message and role.signals == (name,):
                labels |= set(role.labels)
                found |= {raw[0] for raw in role.labels.get(label, ())}
        if not found:
            hint = nearest(label, labels)
            raise ConfigError(f'{message.name}.{name} has no value "{label}": {hint}')
        return found


@dataclass
class Hunt:
    """One expectation while it lasts.

    Attributes:
        message: which message.
        wanted: what is wanted of it, in words.
        fits: whether a frame is the one.
        names: the signals that are asked about.
    """

    message: "Message"
    wanted: str
    fits: Callable[[Seen], bool]
    names: list[str]
    since_ns: int
    within_s: float
    seen: list[Seen] = field(default_factory=list)

    def found(self, seen: Seen) -> bool:
        """Whether a frame is the one; others are kept for the error."""
        if self.fits(seen):
            return True
        self.seen.append(seen)
        return False

    def failure(self) -> ExpectationFailed:
        """Return the error: never received, or received with other values."""
        if not self.seen:
            return NeverReceived(
                f"{self.wanted}: the message was never received within {duration(self.within_s)}"
            )
        return WrongValue(f"{self.wanted} was not seen; instead: {self._shown()}")

    def _shown(self) -> str:
        """Return what was seen instead: each different value once, with its first time."""
        told: dict[str, str] = {}
        for each in self.seen:
            names = self.names or list(each.signals)
            values = ", ".join(f"{n}={each.signals.get(n)}" for n in names)
            told.setdefault(values, duration((each.t_ns - self.since_ns) / NS_PER_S))
        parts = [f"{values} (from {at} on)" for values, at in list(told.items())[-MOST_SHOWN:]]
        return f"{'; '.join(parts)}; {len(self.seen)} frames in all"


def _reader(message: "Message", name: str) -> Callable[[Seen], int | None]:
    """Return what reads one signal's raw value of a frame; None: it is not in that frame."""
    extract, length = extractor(message, name), message.length

    def read(seen: Seen) -> int | None:
        if extract is None or len(seen.data) != length:
            return seen.raw.get(name)
        return extract(seen.data)

    return read


def _is_number(signal: "Signal", raw: int | None, value: float) -> bool:
    """Whether a signal has a physical value, whatever label the database has for it."""
    if raw is None:
        return False
    return _is_close(signal.raw_to_scaled(raw, decode_choices=False), value)


def _is_close(shown: Any, value: float) -> bool:
    # 3 * 0.1 is not 0.3
    return isinstance(shown, int | float) and math.isclose(shown, value, abs_tol=1e-12)


def _frame(identifier: int, flags: str, data: str) -> Frame:
    return Frame(identifier, bytes.fromhex(data), "x" in flags, "f" in flags, "b" in flags)


def _wanted(message: str, values: dict[str, Any], where: Condition | None) -> str:
    wanted = ", ".join(f"{name}={value}" for name, value in values.items())
    condition = f" where {getattr(where, '__name__', 'condition')}" if where else ""
    return f"{message}({wanted}){condition}" if wanted else f"{message}{condition}"
