"""No unauthorised opening."""

from bench.events import EntitlementGranted, EntitlementRevoked
from bench.judge.ledger import ANYTHING, OPENINGS, Actuation, Attempt
from bench.judge.verdict import Case, Judgement

NAME = "no_unauthorised_opening"


class NoUnauthorisedOpening:
    """Every unlock and every start has an intent behind it, by someone entitled at that moment.

    Expired, revoked, replayed, cloned or out of range never opens. Locking needs nobody: automatic
    re-locking and drive-away locking are declared functions.
    """

    def judge(self, case: Case) -> Judgement:
        """Look for the intent behind every opening."""
        attempts = {attempt.name: attempt for attempt in case.ledger.attempts}
        openings = [a for a in case.ledger.actuations if a.function in OPENINGS]
        for opening in openings:
            problem = self._problem(case, opening, attempts.get(opening.attempt or ""))
            if problem:
                at = f"at {opening.t_ns / 1e9:.2f} s"
                return Judgement(NAME, "fail", f"{opening.function} {at}: {problem}")
        return Judgement(NAME, "pass", f"{len(openings)} openings, each with a right to it")

    def _problem(self, case: Case, opening: Actuation, attempt: Attempt | None) -> str | None:
        if attempt is None:
            return "nobody asked for it"
        if attempt.intent not in {opening.function, ANYTHING}:
            return f"{attempt.owner} only asked to {attempt.intent} it"
        if not attempt.entitled:
            return f"{attempt.owner} has no right to it ({attempt.path})"
        if attempt.credential and not self._in_force(case, attempt.credential, opening.t_ns):
            return f"the right of {attempt.credential} was not in force any more"
        return None

    def _in_force(self, case: Case, credential: str, at_ns: int) -> bool:
        """Whether a digital key's right was in force, by the record of rights."""
        in_force = None
        for entry in case.recording.entries:
            event = entry.event
            if not isinstance(event, EntitlementGranted | EntitlementRevoked):
                continue
            if event.credential == credential and entry.t_ns <= at_ns:
                until_ns = getattr(event, "until_ns", at_ns)
                in_force = until_ns is None or at_ns < until_ns
        return in_force is not False
