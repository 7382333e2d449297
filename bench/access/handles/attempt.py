"""An attempt in a test's hands: what happened because an owner wanted something."""

import math

from bench.access.attempt import LiveAttempt, OnStep
from bench.access.handles.answer import Answer
from bench.access.handles.durations import checked_s
from bench.access.handles.question import Question
from bench.access.handles.world import World
from bench.access.sensing import nobody_sees, seen_roles
from bench.car.model import LONGEST_S
from bench.errors import ConfigError, Inconclusive, NotFitted, nearest
from bench.events import BenchFault
from bench.injection import Undo
from bench.judge.absent_unit import away
from bench.judge.attempts import Attempt as Judged
from bench.judge.ledger import make_ledger
from bench.judge.steps import STEPS
from bench.judge.uncertainty import doubt, uncertainty_s
from bench.units import duration

__all__ = ["STEPS", "Attempt", "Step"]


class Step:
    """A step of a command in flight, to arm a fault at."""

    def __init__(self, live: LiveAttempt, name: str) -> None:
        self._live, self.name = live, name

    def watch(self, watcher: OnStep) -> Undo:
        """Have `watcher` called inside the loop at the step; return what keeps it from that."""
        return self._live.on_step(self.name, watcher)

    def __repr__(self) -> str:
        return f"<{self.name} of {self._live.name}>"

    @property
    def missed(self) -> str:
        """Say that it was not reached."""
        live = self._live
        return f"{live.name}, {live.intent} by {live.path.name}, never reached {self.name}"


class Attempt:
    """One attempt.

    What it says is read off the recording at the moment of asking: a late or a second movement
    shows as soon as it has happened.
    """

    def __init__(self, bench: World, live: LiveAttempt) -> None:
        self._bench, self._live = bench, live
        self.name = live.name

    # ── in flight ─────────────────────────────────────────────────────────────────────────

    def at(self, step: str) -> Step:
        """Return a step, to arm a fault at: `cloud.failing(fault, when=attempt.at("accepted"))`."""
        if step not in STEPS:
            raise NotFitted(f'no step "{step}": {nearest(step, STEPS)}')
        return Step(self._live, step)

    @Question
    def reached(self, step: str, *, within_s: float) -> Answer:
        """Wait for a step (sent, accepted, delivered, executed, acknowledged, shown).

        A test that is told no and does not look is inconclusive.
        """
        within_s = checked_s("within_s", within_s)
        if self._bench.run(self._live.reached(step, within_s), lasts_s=within_s):
            return Answer(True, f"{step} was reached")
        says = f"{step} within {duration(within_s)}? {self.story()}"
        return self._bench.answered(Answer(False, says, f'reached("{step}")'))

    def result(self, *, within_s: float | None = None) -> "Attempt":
        """Wait until it is settled (see `owner.unlock`) and return it.

        Args:
            within_s: for how long at most; then it is returned as it stands, and settles later.
                None: until its owner gives up.
        """
        most_s = math.inf if within_s is None else checked_s("within_s", within_s)
        self._bench.run(self._live.settle(most_s), lasts_s=self._live.path.give_up_s)
        return self

    # ── afterwards ────────────────────────────────────────────────────────────────────────

    def _judged(self) -> Judged:
        ledger = make_ledger(self._bench.recording())
        return next(a for a in ledger.attempts if a.name == self.name)

    def _looked_at(self) -> Judged:
        """Return it as judged, for how the car moved: that nobody sees it is the bench's fault.

        That is said once in a test, however often somebody asks.
        """
        file, roles = self._bench.setup.file, seen_roles(self._bench.station.buses.role_maps)
        if reason := nobody_sees(file, roles, self._live.intent):
            journal, unseen = self._bench.journal, BenchFault("meters", reason)
            if all(entry.event != unseen for entry in journal.entries):
                journal.write(unseen)
        return self._judged()

    @property
    def acted(self) -> bool:
        """Whether anything moved because of it."""
        return self._looked_at().acted

    @property
    def latency_s(self) -> float | None:
        """From the sensed act to the sensed actuation, in seconds."""
        return self._looked_at().latency_s

    @property
    def actuations(self) -> int:
        """How often the car moved because of it, so far."""
        return len(self._looked_at().actuations)

    @property
    def told(self) -> str | None:
        """What the owner was told last: succeeded, failed, unknown; None: nothing yet."""
        return self._judged().last_claim

    @Question
    def opened_within(self, seconds: float) -> Answer:
        """Whether the car moved within `seconds` of the owner's act, by their time stamps.

        A test that does not look at the answer (assert it) is inconclusive.

        Raises:
            Inconclusive: lines and frames are not timed well enough to tell.
        """
        limit_s = checked_s("opened_within", seconds)
        if limit_s > LONGEST_S:
            raise ConfigError(
                f"opened_within: nobody waits {limit_s:g} s for a car, {LONGEST_S:g} s at most: it "
                "takes seconds"
            )
        latency_s = self.latency_s
        if latency_s is not None:
            self._check_sure(latency_s, limit_s)
        holds = latency_s is not None and latency_s <= limit_s
        says = f"within {duration(limit_s)}? {self.story()}"
        return self._bench.answered(Answer(holds, says, f"opened_within({seconds:g})"))

    def _check_sure(self, took_s: float, limit_s: float) -> None:
        recording = self._bench.recording()
        doubt_s = uncertainty_s(recording)
        if took_s < -doubt_s:
            raise Inconclusive(
                f"the car moved {duration(-took_s)} before the act was sensed: {self.story()}"
            )
        if abs(took_s - limit_s) < doubt_s:
            raise Inconclusive(
                f"{duration(took_s)} is too near {duration(limit_s)} to tell{doubt(recording)}: "
                f"{self.story()}"
            )

    def story(self) -> str:
        """Return what happened, in a few lines; made for assertion messages."""
        judged = self._judged()
        lines = [f"{judged.owner} wanted to {judged.intent} by {judged.path}: {judged.outcome}"]
        if judged.latency_s is not None:
            lines.append(f"moved {duration(judged.latency_s)} after the act")
        for t_ns, claim in judged.claims:
            lines.append(f'told at {t_ns / 1e9:.2f} s: {claim.state}: "{claim.text}"')
        gone = away(self._bench.recording(), judged.ended_ns) if judged.claims else None
        if gone and not judged.acted:
            lines.append(gone)
        return "; ".join(lines)

    def __bool__(self) -> bool:
        """Refuse: an attempt that came to nothing is an attempt, too."""
        raise ConfigError(
            "an attempt is neither true nor false: ask for its .acted, or opened_within(seconds)"
        )

    def __repr__(self) -> str:
        return f"<Attempt {self.story()}>"
