"""Nothing invalid."""

from typing import ClassVar

from bench.events import FrameSpoiled, RoleChanged
from bench.judge.attempts import Actuation
from bench.judge.behind import asked_only_by_spoiled, tells_cause
from bench.judge.oracle import Oracle
from bench.judge.verdict import Case, Judgement

NAME = "nothing_invalid"


# a unit that has just woken knows no counter yet, and may take the first one that it hears
BEGINNING = "frozen_counter"


class NothingInvalid(Oracle):
    """No frame that was made invalid on purpose moves the car: a wrong CRC, a frozen counter.

    A real unit tells no causes: it has obeyed such a frame if it moves for a try all of whose
    frames that asked for just that were spoiled. By a frozen counter that is a doubt only.
    """

    sighting: ClassVar[bool] = True

    def judge(self, case: Case) -> Judgement:
        """Look for a spoiled frame behind each actuation."""
        attempts = {attempt.name: attempt for attempt in case.ledger.attempts}
        for actuation in case.ledger.actuations:
            spoiled = self._behind(case, actuation)
            if spoiled is not None:
                return Judgement(NAME, "fail", _by(actuation, spoiled))
            attempt = attempts.get(actuation.attempt or "")
            if attempt is None or tells_cause(case.recording, actuation):
                continue
            spoiled = asked_only_by_spoiled(case.recording, attempt, actuation)
            if spoiled is not None:
                return _of_a_real_unit(actuation, spoiled)
        count = sum(1 for _ in case.recording.of(FrameSpoiled))
        return Judgement(NAME, "pass", f"{count} invalid frames, none was acted on")

    def _behind(self, case: Case, actuation: Actuation) -> FrameSpoiled | None:
        """Return a spoiled frame because of which the car moved.

        Where a frame is all that tells of the movement, that frame is its report and not its cause.
        """
        chain = list(case.recording.causes(actuation.seq))
        if isinstance(chain[0].event, RoleChanged):
            chain = chain[2:]  # the report, and its frame
            if chain and isinstance(chain[0].event, FrameSpoiled):
                chain = chain[1:]
        events = (entry.event for entry in chain)
        return next((event for event in events if isinstance(event, FrameSpoiled)), None)


def _of_a_real_unit(actuation: Actuation, spoiled: FrameSpoiled) -> Judgement:
    """Return what it means that nothing sound has asked a real unit for what it did."""
    by = _by(actuation, spoiled)
    if spoiled.how == BEGINNING:
        doubt = (
            "a unit that knew no counter yet may take the first of them; ask it while it is awake"
        )
        return Judgement(NAME, "inconclusive", f"{by}: {doubt}")
    return Judgement(NAME, "fail", f"{by}, and so has every other that asked for it")


def _by(actuation: Actuation, spoiled: FrameSpoiled) -> str:
    return (
        f"{actuation.function} at {actuation.t_ns / 1e9:.2f} s by frame "
        f"0x{spoiled.identifier:X} on {spoiled.bus}, which has a {spoiled.how.replace('_', ' ')}"
    )
