"""What happens in one scenario, in order."""

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any

from bench.access import starting_state
from bench.access.advice import get_advice
from bench.access.attempt import LiveAttempt
from bench.access.intent import INTENTS
from bench.access.outage import Cut, Player, play
from bench.access.path import Path, get_path
from bench.access.restoring import back_from, restore
from bench.access.scenario import Scenario
from bench.access.until import until
from bench.errors import CanFault, InstrumentFault
from bench.events import AdviceFollowed, BenchFault, Control, Inside
from bench.judge.absent_unit import BACK_S
from bench.judge.attempts import ACT, CONTROL, FLIGHT
from bench.recording import Header
from bench.station.beginning import begin
from bench.station.discipline_meter import DisciplineMeter
from bench.station.station import Station
from bench.units import NS_PER_S

DIAGNOSE_AT_S = 2.0  # the buses are still awake from the drive before
CODES_AFTER_S = 2.0  # before the end: the buses have to wake for it
UNITS_START_S = 2.0  # assumed: by then one that had no supply is back
LOCKED_S = 5.0  # before another try; most ways of locking take less
ADVICE_S = 4.0  # before the first act: an owner tries again at once
FLIGHT_PATH, FLIGHT_INTENT = "cloud_app", "lock"  # what does a locked or a parked car no harm


class Script:
    """What happens in one scenario, in order."""

    def __init__(self, station: Station, scenario: Scenario, path: Path, header: Header) -> None:
        self._station, self._scenario, self._path = station, scenario, path
        self._header = header
        self._outage: asyncio.Task[None] | None = None
        self._later_s = 0.0

    async def play(self) -> None:
        """Begin, reach the starting state, fail, act, watch, control, end."""
        station, timeline = self._station, self._scenario.timeline
        if self._scenario.outage is not None:
            self._scenario.outage.check_at(station.injector)
        await begin(station)
        station.worst_lateness_ns()  # opening is not what punctuality is asked of
        if not await self._diagnose():
            return  # whatever came of it could not be judged
        if timeline.witness_s:
            await self._until(timeline.witness_from_s)
            station.time.spawn(self._witness(), "witness")
        await self._until(timeline.outage_s)
        asleep = await self._reach(self._header.starting_state, buses=True)
        if not (starting_state.check(station, self._header.starting_state) and asleep):
            return
        if self._scenario.measured:
            DisciplineMeter(station).begin()
        station.worst_lateness_ns()  # waking up is not what punctuality is asked of
        await self._act()
        await self._until(timeline.end_s - CODES_AFTER_S)
        await station.diagnosis.read_codes("after")
        await self._until(timeline.end_s)
        if self._outage is not None:
            await self._outage

    async def bear(self, doing: Coroutine[Any, Any, None]) -> None:
        """Put an instrument's failure on record: the car is not to blame, and the run goes on."""
        try:
            await doing
        except (InstrumentFault, CanFault) as error:
            self._station.journal.write(BenchFault("station", str(error)))

    async def _diagnose(self) -> bool:
        """Ask the units who they are, and bring the car to its starting state; False: cannot."""
        station = self._station
        await self._until(DIAGNOSE_AT_S)
        await station.diagnosis.identify()
        right = await self._reach(self._header.starting_state, buses=False)
        if starting_state.CODES not in self._header.starting_state:
            await station.diagnosis.read_codes("before")  # after what recipes may have set
        return right

    async def _reach(self, state: dict[str, str], *, buses: bool) -> bool:
        """Reach a part of the starting state; recipes put everything else off."""
        time = self._station.time
        began_ns = time.now_ns()
        reached = await starting_state.reach(self._station, state, buses=buses)
        if reached.mended:
            self._later_s += (time.now_ns() - began_ns) / NS_PER_S
        return reached.right

    async def _act(self) -> None:
        """Let the outage begin, and the owner act in it and after it."""
        station, timeline = self._station, self._scenario.timeline
        outage = self._scenario.outage
        asked = outage.asked if outage is not None else None
        cut = asked.cut if asked is not None else None
        if outage is not None and cut is None:
            playing = play(outage, station.injector, station.journal)
            self._outage = station.hands.act(self.bear(playing), "outage")
        if asked is not None and asked.flight_s:
            await self._until(timeline.acts_s[0] - asked.flight_s)
            self._send(cut)
            cut = None
        if self._scenario.advice:
            await self._until(timeline.acts_s[0] - ADVICE_S)
            await self._follow(self._scenario.advice)
        for number, at_s in enumerate(timeline.acts_s, 1):
            if not await self._stands_again(at_s):
                return
            await self._try(f"{ACT}-{number}", cut)
            cut = None
        await self._restore_again()
        await self._unit_back()
        for number, at_s in enumerate(timeline.controls_s, 1):
            if not await self._stands_again(at_s):
                return
            await self._log_in_again()
            acted = await self._try(f"{CONTROL}-{number}")
            station.journal.write(Control(f"{CONTROL}-{number}", acted))

    async def _restore_again(self) -> None:
        """Restore after the outage what could not be restored in it, or moved late.

        A unit without its ground hears no button that the bench presses; one whose frames are
        destroyed may do what it was asked, and nobody hears of it.
        """
        station, intent = self._station, self._scenario.intent
        back = back_from(intent)
        if self._outage is None or back is None:
            return
        await self._outage
        await asyncio.sleep(UNITS_START_S)
        if not starting_state.stands(station, self._header.starting_state, (back.item,)):
            await restore(station, intent, "outage")

    async def _unit_back(self) -> None:
        """Give a real telematics unit the time to come back, for its back-off is not shortened."""
        station, controls_s = self._station, self._scenario.timeline.controls_s
        asked = controls_s and starting_state.UNIT in self._header.starting_state
        if self._outage is None or not asked:
            return
        await self._outage
        await until(lambda: station.telematics.state == starting_state.CONNECTED, BACK_S)
        late_s = station.time.now_ns() / NS_PER_S - controls_s[0] - self._later_s
        self._later_s += max(late_s, 0.0)

    async def _stands_again(self, at_s: float) -> bool:
        """Wait for a try; lock the doors for another one, where the car has not done so itself."""
        station, intent = self._station, self._scenario.intent
        doors = starting_state.doors(INTENTS[intent])
        await self._until(at_s - LOCKED_S)
        again = back_from(intent) is None
        right = not again or starting_state.stands(station, doors, doors)
        if not right:
            right = (await starting_state.reach(station, doors)).right
        await self._until(at_s)
        return right

    async def _follow(self, name: str) -> None:
        """Let the owner do what owners are told to do, where there is a phone to do it with."""
        app, journal = self._station.owner.app, self._station.journal
        if app is not None:
            seq = journal.write(Inside("owner", f"follows advice: {name}"))
            worked = await get_advice(name).follow(app, seq)
            journal.write(AdviceFollowed(self._station.owner.name, name, worked), seq)

    def _send(self, cut: Cut | None) -> None:
        """Let the owner send a command by the app, from afar; it goes on beside what follows."""
        name = f"{FLIGHT}-1"
        path = get_path(FLIGHT_PATH)
        flight = LiveAttempt(self._station, path, FLIGHT_INTENT, name, self._header, self.bear)

        async def settle() -> None:
            await flight.settle()
            flight.close()

        self._arm_at(flight, cut)
        flight.begin(from_afar=True)
        self._station.time.spawn(settle(), name)

    def _arm_at(self, attempt: LiveAttempt, cut: Cut | None) -> None:
        """Let the outage begin at a step of a command, inside the very event."""
        outage, station = self._scenario.outage, self._station
        if cut is None or outage is None:
            return
        player = Player(outage, station.injector, station.journal)

        def begin(seq: int) -> None:
            player.begin(seq)
            self._outage = station.hands.act(self.bear(player.go_on()), "outage")

        attempt.on_step(cut.after, begin)

    async def _witness(self) -> None:
        timeline = self._scenario.timeline
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeline.witness_until_s - timeline.witness_from_s):
                await self._station.witness.live()

    async def _log_in_again(self) -> None:
        """Let an owner whom the outage has logged out log in: a control has the same set-up."""
        app = self._station.owner.app
        if app is not None and not app.logged_in:
            seq = self._station.journal.write(Inside("owner", "logs in again by hand"))
            await app.log_in(seq)

    async def _until(self, at_s: float) -> None:
        left_s = at_s + self._later_s - self._station.time.now_ns() / NS_PER_S
        if left_s > 0:
            await asyncio.sleep(left_s)

    async def _try(self, name: str, cut: Cut | None = None) -> bool:
        """Let the owner act once, wait until it is settled, and restore the starting state."""
        attempt = LiveAttempt(
            self._station, self._path, self._scenario.intent, name, self._header, self.bear
        )
        self._arm_at(attempt, cut)
        attempt.begin()
        how = await attempt.settle()
        attempt.close()
        self._station.owner.go("away")
        if how == "acted" or attempt.acted_seq is not None:
            await restore(self._station, self._scenario.intent, name)
        return how == "acted"
