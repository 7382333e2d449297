"""Nothing stale."""

from typing import ClassVar

from bench.judge.oracle import Oracle
from bench.judge.verdict import Case, Judgement
from bench.units import counted, duration

NAME = "nothing_stale"


class NothingStale(Oracle):
    """No command acts after its expiry, above all not when the cloud comes back."""

    sighting: ClassVar[bool] = True

    def judge(self, case: Case) -> Judgement:
        """Compare each actuation with the expiry of the command behind it."""
        commands = 0
        for actuation in case.ledger.actuations:
            if actuation.expires_ns is None:
                continue
            commands += 1
            late_s = (actuation.t_ns - actuation.expires_ns) / 1e9
            if late_s > 0:
                reason = f"a command {actuation.function}ed the car {duration(late_s)} after it "
                return Judgement(NAME, "fail", reason + "had expired")
        said = f"{counted(commands, 'command')} acted, none after its expiry"
        return Judgement(NAME, "pass", said)
