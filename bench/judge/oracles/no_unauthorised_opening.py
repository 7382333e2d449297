"""No unauthorised opening."""

from dataclasses import dataclass
from typing import ClassVar

from bench.events import EntitlementGranted, EntitlementRevoked, KeyRevoked
from bench.events.owner import ANYTHING
from bench.judge.attempts import OPENINGS, Actuation, Attempt
from bench.judge.oracle import Oracle
from bench.judge.verdict import Case, Judgement
from bench.recording import Recording
from bench.units import counted

NAME = "no_unauthorised_opening"


class NoUnauthorisedOpening(Oracle):
    """Every unlock and every start has an intent behind it, by someone entitled at that moment.

    Expired, revoked, replayed, cloned or out of range never opens. A key that the maker has taken
    away opens no longer than its bound, even a car that was not told. Locking needs nobody:
    automatic re-locking and drive-away locking are declared functions.
    """

    sighting: ClassVar[bool] = True

    def judge(self, case: Case) -> Judgement:
        """Look for the intent behind every opening."""
        attempts = {attempt.name: attempt for attempt in case.ledger.attempts}
        openings = [a for a in case.ledger.actuations if a.function in OPENINGS]
        rights, bounds = _rights(case.recording), _bounds(case.recording)
        for opening in openings:
            attempt = attempts.get(opening.attempt or "")
            problem = self._problem(rights, opening, attempt) or _too_late(bounds, opening, attempt)
            if problem:
                at = f"at {opening.t_ns / 1e9:.2f} s"
                return Judgement(NAME, "fail", f"{opening.function} {at}: {problem}")
        said = f"{counted(len(openings), 'opening')}, each with a right to it"
        return Judgement(NAME, "pass", said)

    def _problem(
        self, rights: "list[_Right]", opening: Actuation, attempt: Attempt | None
    ) -> str | None:
        if attempt is None:
            return "nobody asked for it"
        if attempt.intent not in {opening.function, ANYTHING}:
            return f"{attempt.owner} only asked to {attempt.intent} it"
        if not attempt.entitled:
            return f"{attempt.owner} has no right to it ({attempt.path})"
        if attempt.credential and not _in_force(rights, attempt.credential, opening.t_ns):
            return f"the right of {attempt.credential} was not in force any more"
        return None


def _bounds(recording: Recording) -> dict[str, int]:
    """Return until when each key that the maker has taken away may still open."""
    told = [e.event for e in recording.entries if isinstance(e.event, KeyRevoked)]
    return {event.credential: event.bound_ns for event in reversed(told)}


def _too_late(bounds: dict[str, int], opening: Actuation, attempt: Attempt | None) -> str | None:
    credential = attempt.credential if attempt is not None else ""
    bound_ns = bounds.get(credential)
    if bound_ns is None or opening.t_ns < bound_ns:
        return None
    over_h = (opening.t_ns - bound_ns) / 3.6e12
    return f"{credential} was revoked, and still opens {over_h:.1f} h after its bound"


@dataclass(frozen=True)
class _Right:
    """From when a digital key's right was in force (or, revoked, not), and until when."""

    credential: str
    from_ns: int
    until_ns: int | None
    granted: bool


def _rights(recording: Recording) -> list[_Right]:
    """Return the record of rights, in its order."""
    return [
        _Right(event.credential, entry.t_ns, event.until_ns, granted=True)
        if isinstance(event, EntitlementGranted)
        else _Right(event.credential, entry.t_ns, None, granted=False)
        for entry in recording.entries
        if isinstance(event := entry.event, EntitlementGranted | EntitlementRevoked)
    ]


def _in_force(rights: list[_Right], credential: str, at_ns: int) -> bool:
    """Whether the last word on a digital key was that it may open (no word: it may)."""
    said = [r for r in rights if r.credential == credential and r.from_ns <= at_ns]
    if not said:
        return True
    last = said[-1]
    return last.granted and (last.until_ns is None or at_ns < last.until_ns)
