"""Whether an owner was told of a planned maintenance: before it, while it lasts, and no longer."""

from bench.events import Maintenance, NoticeShown, RequestServed, ResponseReceived
from bench.journal import Entry
from bench.judge.attempts import Attempt
from bench.judge.verdict import Case


def untold(case: Case, attempt: Attempt) -> str | None:
    """Return what was wrong about what an owner was told of a maintenance, or None.

    Only an app that was answered while the cloud gave the notice can tell it. Where nothing was
    ever announced, nothing is asked.
    """
    told = list(case.recording.of(Maintenance))
    if not told:
        return None
    shown = [
        (entry, event)
        for entry, event in case.recording.of(NoticeShown)
        if event.attempt == attempt.name
    ]
    return _wrong(case, told, shown) or _silent(case, attempt, told, shown)


Told = list[tuple[Entry, Maintenance]]
Shown = list[tuple[Entry, NoticeShown]]


def _wrong(case: Case, told: Told, shown: Shown) -> str | None:
    """Whether something was shown that was over, or was never announced so."""
    for entry, notice in shown:
        truth = _at(told, _answered(case, entry))
        if truth is None or truth.state == "over":
            return f'stale: told "{notice.text}" when the maintenance was over'
        if (notice.from_s, notice.until_s) != (truth.from_s, truth.until_s):
            return f'misleading: told "{notice.text}", and another time was announced'
    return None


def _silent(case: Case, attempt: Attempt, told: Told, shown: Shown) -> str | None:
    """Whether the app was answered in a state of the maintenance and did not speak of it."""
    for entry, event in case.recording.of(ResponseReceived):
        truth = _at(told, _answered(case, entry))
        if truth is None or truth.state == "over" or not _is_commands(case, entry, attempt):
            continue
        if not any(notice.state == truth.state for _, notice in shown):
            if truth.state == "planned":
                return "silence: a maintenance was announced, and the app did not say so"
            said = attempt.claims[-1][1].text if attempt.claims else ""
            if event.status == 503:
                return f'misleading: told "{said}", and not that it was a maintenance'
    return None


def _is_commands(case: Case, entry: Entry, attempt: Attempt) -> bool:
    """Whether an answer is one to an attempt's own command: it is what carries the notice."""
    for cause in case.recording.causes(entry.seq):
        path = getattr(cause.event, "path", "")
        if path.startswith("/"):
            return "/command/" in path and case.recording.is_of(cause.seq, attempt.name)
    return False


def _answered(case: Case, entry: Entry) -> int:
    """Return the entry of the cloud's answering behind an entry of the app's, else that one.

    What the cloud announces while its answer is under way the app cannot know.
    """
    causes = {cause.seq for cause in case.recording.causes(entry.seq)}
    answers = [e.seq for e, _ in case.recording.of(RequestServed) if e.cause in causes]
    return max((seq for seq in answers if seq < entry.seq), default=entry.seq)


def _at(told: Told, seq: int) -> Maintenance | None:
    """Return how the maintenance stood at an entry."""
    before = [event for entry, event in told if entry.seq <= seq]
    return before[-1] if before else None
