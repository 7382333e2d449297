"""Nothing invalid."""

from typing import ClassVar

from bench.events import FrameSpoiled, RoleChanged
from bench.judge.attempts import Actuation
from bench.judge.oracle import Oracle
from bench.judge.verdict import Case, Judgement

NAME = "nothing_invalid"


class NothingInvalid(Oracle):
    """No frame that was made invalid on purpose moves the car: a wrong CRC, a frozen counter."""

    sighting: ClassVar[bool] = True

    def judge(self, case: Case) -> Judgement:
        """Look for a spoiled frame behind each actuation."""
        for actuation in case.ledger.actuations:
            spoiled = self._behind(case, actuation)
            if spoiled is not None:
                how = spoiled.how.replace("_", " ")
                reason = (
                    f"{actuation.function} at {actuation.t_ns / 1e9:.2f} s by frame "
                    f"0x{spoiled.identifier:X} on {spoiled.bus}, which has a {how}"
                )
                return Judgement(NAME, "fail", reason)
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
