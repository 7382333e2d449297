"""One attempt while it lives: begun, at a step, settled."""

import asyncio
import math
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from bench.access.intent import INTENTS
from bench.access.path import Path, Scene
from bench.access.reach import Reach, says_code
from bench.errors import NotFitted, nearest
from bench.events import ActSensed, AttemptSettled, Claim, IntentBegan
from bench.injection import Rules, Undo
from bench.journal import Entry
from bench.judge.ledger import function_of
from bench.judge.steps import STEPS, step_of
from bench.recording import Header
from bench.station.station import Station
from bench.units import NS_PER_S

OnStep = Callable[[int], None]
Bear = Callable[[Coroutine[Any, Any, None]], Coroutine[Any, Any, None]]


class LiveAttempt:
    """An owner's attempt to get something by a path.

    It is settled when the bench has sensed the owner's act (or knows that it did not) and what was
    wanted and, on a path that needs the cloud, the owner has been told how it ended; or when the
    time is up at which an owner gives up.

    Args:
        station: where.
        path: by which way.
        intent: what for.
        name: what recordings call it.
        header: says by what movements are read.
        bear: runs what the owner does, where its failing is not to end the run.
    """

    def __init__(
        self,
        station: Station,
        path: Path,
        intent: str,
        name: str,
        header: Header,
        bear: Bear | None = None,
    ) -> None:
        self.station, self.path, self.intent, self.name = station, path, intent, name
        self.began_ns = station.time.now_ns()
        self.acted_seq: int | None = None
        self.told: str | None = None
        self._header, self._bear = header, bear
        self._accepted = False
        self._did = False
        self._steps: dict[str, int] = {}
        self._step_watchers: dict[str, Rules[OnStep]] = {}
        self._settled = asyncio.Event()
        self._stop = station.journal.watch(self._on_entry)
        self._seq = -1
        self._how: str | None = None

    @property
    def needs_cloud(self) -> bool:
        """Whether this intent needs the cloud on this path."""
        return self.intent in self.path.cloud

    @property
    def settled(self) -> bool:
        """Whether somebody has waited until it was settled."""
        return self._how is not None

    def begin(self, *, from_afar: bool = False) -> None:
        """Let the owner begin: where the intent is served, or from wherever the owner is."""
        station = self.station
        if not from_afar:
            station.owner.go(INTENTS[self.intent].where)
        self._seq = station.journal.write(
            IntentBegan(
                self.name, station.owner.name, self.intent, self.path.name,
                entitled=True, credential=self.path.credential,
            )
        )  # fmt: skip
        doing = self._do()
        if self._bear is not None:
            doing = self._bear(doing)
        station.hands.act(doing, f"owner-{self.name}")

    async def _do(self) -> None:
        """Let the owner act; what would reach nobody here is the bench's fault, on the record."""
        station = self.station
        reach = Reach(station.real.units, station.actuators, says_code(station.model))
        lacks = reach.lacks(self.path, self.intent)
        for fault in lacks:
            station.journal.write(fault, self._seq)
        if not lacks:
            await self.path.act(Scene(station, self.name, self._seq), self.intent)
        self._done()

    def _done(self) -> None:
        """The owner's act was sensed, or has ended without that."""
        self._did = True
        self._check()

    async def settle(self, within_s: float = math.inf) -> str | None:
        """Wait until the attempt is settled; return how: acted, told or gave up.

        Args:
            within_s: for how long at most; None is returned if it is not settled by then.
        """
        left_s = self.path.give_up_s - (self.station.time.now_ns() - self.began_ns) / NS_PER_S
        with suppress(TimeoutError):
            async with asyncio.timeout(min(within_s, left_s)):
                await self._settled.wait()
        if self._how is None and (self._settled.is_set() or left_s <= within_s):
            acted, told = self.acted_seq is not None, self.told is not None
            self._how = "acted" if acted else "told" if told else "gave up"
            self.station.journal.write(AttemptSettled(self.name, self._how), self._seq)
        return self._how

    def close(self) -> None:
        """Watch no longer."""
        self._stop()

    # ── steps ─────────────────────────────────────────────────────────────────────────────

    def on_step(self, step: str, watcher: OnStep) -> Undo:
        """Call `watcher` with the entry, inside the loop, as soon as a step is reached.

        Returns:
            what keeps it from being called any more.
        """
        if step not in STEPS:
            raise NotFitted(f'no step "{step}": {nearest(step, STEPS)}')
        if step in self._steps:
            watcher(self._steps[step])
            return lambda: None
        return self._step_watchers.setdefault(step, Rules()).add(watcher)

    async def reached(self, step: str, within_s: float) -> bool:
        """Wait for a step; return whether it was reached in time."""
        reached = asyncio.Event()
        forget = self.on_step(step, lambda _seq: reached.set())
        try:
            async with asyncio.timeout(within_s):
                await reached.wait()
        except TimeoutError:
            return False
        finally:
            forget()
        return True

    def _step(self, step: str, seq: int) -> None:
        if step in self._steps:
            return
        self._steps[step] = seq
        self._accepted = self._accepted or step == "accepted"
        for watcher in self._step_watchers.pop(step, Rules()):
            watcher(seq)

    # ── watching ──────────────────────────────────────────────────────────────────────────

    def _on_entry(self, entry: Entry) -> None:
        event = entry.event
        if isinstance(event, Claim):
            if event.attempt == self.name and event.state != "working":
                self.told = event.state
                self._step("shown", entry.seq)
                self._check()
            return
        if isinstance(event, ActSensed) and event.attempt == self.name:
            self._done()
        if function_of(event, self._header) == self.intent and self._seq >= 0:
            if not self._is_anothers(entry):
                self._moved(entry)
            return
        step = step_of(event)
        if step is not None and self._is_mine(entry):
            self._step(step, entry.seq)

    def _moved(self, entry: Entry) -> None:
        if self.acted_seq is None:
            self.acted_seq = entry.seq
            self._step("executed", entry.seq)
            self._check()

    def _is_mine(self, entry: Entry) -> bool:
        return any(cause.seq == self._seq for cause in self.station.journal.causes(entry.seq))

    def _is_anothers(self, entry: Entry) -> bool:
        """Whether it is on record that something else was asked for; a real car tells nothing."""
        causes = self.station.journal.causes(entry.seq)
        return any(isinstance(c.event, IntentBegan) and c.seq != self._seq for c in causes)

    def _check(self) -> None:
        """Settle when there is nothing left to wait for."""
        acted = self.acted_seq is not None and self._did
        refused = self.told == "failed" and not self._accepted
        if (acted and (not self.needs_cloud or self.told is not None)) or refused:
            self._settled.set()
